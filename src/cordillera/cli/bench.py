"""`cordillera bench`: figures measured on this machine, printed with what they were measured on.

`day` and `rules` are loaded when they are called: they bring DuckDB with them.
"""

from cyclopts import App

from cordillera.cli.bench_chaos import chaos, chaos_node
from cordillera.cli.bench_edifact import edifact_bench
from cordillera.cli.bench_exchange import exchange, exchange_node
from cordillera.cli.bench_ingest import ingest, ingest_node
from cordillera.cli.bench_ledger import ledger
from cordillera.cli.bench_mrz import mrz
from cordillera.cli.bench_policy import policy
from cordillera.cli.bench_recall import recall
from cordillera.cli.bench_rescreening import rescreening
from cordillera.cli.bench_screening import screening
from cordillera.cli.bench_sensitive import sensitive

_DAY = "Take a day's travellers in from passenger lists: read, screen, judge by rules, store; and time it."
_RULES = "Judge travellers by rules with every hit listed, and one booking by all rules, and time it."

app = App(name="bench", help="Figures measured on this machine.")
app.command(exchange)
app.command(exchange_node, show=False)
app.command(ingest)
app.command(ingest_node, show=False)
app.command(ledger)
app.command(policy)
app.command(mrz)
app.command(edifact_bench, name="edifact")
app.command(chaos)
app.command("cordillera.cli.bench_day:day", name="day", help=_DAY)
app.command(chaos_node, show=False)
app.command(recall)
app.command(screening)
app.command(sensitive)
app.command(rescreening)
app.command("cordillera.cli.bench_rules:rules", name="rules", help=_RULES)

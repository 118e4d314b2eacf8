"""`cordillera bench`: figures measured on this machine, printed with what they were measured on."""

from cyclopts import App

from cordillera.cli.bench_chaos import chaos, chaos_node
from cordillera.cli.bench_day import day
from cordillera.cli.bench_edifact import edifact_bench
from cordillera.cli.bench_exchange import exchange, exchange_node
from cordillera.cli.bench_ingest import ingest, ingest_node
from cordillera.cli.bench_ledger import ledger
from cordillera.cli.bench_mrz import mrz
from cordillera.cli.bench_policy import policy
from cordillera.cli.bench_recall import recall
from cordillera.cli.bench_rescreening import rescreening
from cordillera.cli.bench_rules import rules
from cordillera.cli.bench_screening import screening

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
app.command(day)
app.command(chaos_node, show=False)
app.command(recall)
app.command(screening)
app.command(rescreening)
app.command(rules)

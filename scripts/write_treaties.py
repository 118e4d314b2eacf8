"""Write the article tables of docs/treaties.md from the shipped agreements; the words above them stay.

>>> # .venv/bin/python scripts/write_treaties.py
"""

from pathlib import Path

from cordillera.trust.agreements.loading import load_shipped
from cordillera.trust.agreements.model import Agreement, Clause
from cordillera.trust.agreements.rules import MinPenalty, kind_of

PAGE = Path(__file__).resolve().parents[1] / "docs/treaties.md"
MARK = "<!-- tables: written by scripts/write_treaties.py -->"


def tables() -> str:
    """Return one table for each shipped agreement."""
    return "\n\n".join(_table(loaded.agreement) for loaded in load_shipped())


def _table(agreement: Agreement) -> str:
    head = f"## {agreement.id}\n{agreement.title.en}. Status in the file: {agreement.status}.\n\n"
    rows = (
        f"| {clause.article} | {clause.title.en} | {'assumed' if clause.assumed else 'public'} | "
        f"{_rules(clause)} | {clause.human_duty.en if clause.human_duty else '–'} |"
        for clause in agreement.clauses
    )
    return (
        head + "| article | about | term | rule | duty of people |\n|---|---|---|---|---|\n" + "\n".join(rows)
    )


def _rules(clause: Clause) -> str:
    found = [
        f"`{kind_of(rule)}`" + (f" > {rule.more_than_months}" if isinstance(rule, MinPenalty) else "")
        for rule in clause.rules
    ]
    where = [*clause.applies_to.services, *map(str, clause.applies_to.actions)]
    scope = f" ({', '.join(where)})" if where else ""
    return (", ".join(found) or "–") + scope


if __name__ == "__main__":
    words = PAGE.read_text("utf-8").partition(MARK)[0]
    PAGE.write_text(f"{words}{MARK}\n\n{tables()}\n", "utf-8")

"""A name that is a formula, exported for a spreadsheet: it stays text."""

import csv
from pathlib import Path

from cordillera.cli.screen import write_csv
from cordillera.desks.people.asking_limits import AskingLimits
from cordillera.desks.people.importing import ListImporter
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.screening import ListScreener
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.model import Subject
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import PeopleSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.service import Ledger

NULLS = ",-0- " * 6
FORMULA = '=HYPERLINK("http://127.0.0.1:9/?"&A1)'


def test_a_formula_in_a_name_is_text_in_the_exported_table(
    tmp_path: Path, store: Store, sealer: FieldSealer, keyring: KeyRing, clock: FixedClock
) -> None:
    ledger = Ledger(keyring, clock, "test/log")
    limits = AskingLimits(store, ledger, sealer, PeopleSettings())
    people = WatchlistService(ListImporter(sealer, ledger, clock), ListScreener(sealer, clock), limits)
    quoted = FORMULA.replace('"', '""')
    source = SourceFiles(f'7,"{quoted}","individual","X",-0- {NULLS},-0- \r\n'.encode())
    subject = Subject("1", FORMULA, date_of_birth="@SUM(A1)")
    with store.transaction(Scope.node("test")) as tx:
        people.import_source(tx, source, ("X", ListFormat.OFAC_CSV), Actor("node", "EC-PN", "operation"))
        (hits,) = people.lists.hits(tx, [subject])
    write_csv(tmp_path / "alerts.csv", [(subject, hits[0])], {"X": ""})
    assert (tmp_path / "alerts.csv").stat().st_mode & 0o777 == 0o600
    with (tmp_path / "alerts.csv").open(newline="") as file:
        _, row = csv.reader(file)
    assert (row[1], row[2], row[4]) == ("'" + FORMULA, "'@SUM(A1)", "'" + FORMULA)

"""No protected trait is stored as a field, and swapping one changes no score (LED 10, 11(3); PNR 6(4))."""

import pytest
import sqlalchemy as sa
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.review.model import QueueFilter
from cordillera.trust.safeguards.store import schema_columns
from cordillera.trust.safeguards.traits import PROXIES, lint, names_protected_trait

LISTED = (
    '7001,"TOAPANTA QUILUMBA, Byron Efrain","individual","PRUEBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 05 Aug 1972; nationality Ecuador."\n'
)
PAXLST = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+%d'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++TOAPANTA QUILUMBA:BYRON EFRAIN'"
    b"ATT+2++%s'DTM+329:720805'FTX+AAI+++%s'NAT+2+%s'DOC+P:110:111+AB123456%d'CNT+42:1'UNT+14+1'UNZ+1+%d'"
)
SWAPS = [
    (b"M", b"NONE", b"ECU"),
    (b"F", b"KOSHER MEAL", b"ISR"),
    (b"X", b"HALAL WHEELCHAIR", b"IRN"),
    (b"M", b"UNION DELEGATE", b"COL"),
]


@pytest.fixture
def node(store, clock, tmp_path):
    return House(store, clock, tmp_path).node


def test_no_column_of_the_store_names_a_protected_trait_or_a_proxy(node):
    with node.store.transaction(Scope.node("test")) as tx:
        columns = schema_columns(tx)
    assert len(columns) > 200
    assert lint(columns) == ()


@pytest.mark.parametrize(
    "column", ["traveller.religion", "review_alert.sexo", "x.meal_code", "x.birth_place"]
)
def test_the_lint_fails_on_a_field_that_does(column):
    assert lint([column]) == (column,)


def test_proxies_are_no_scored_fields():
    assert {"meal", "birth_place", "language"} <= PROXIES
    assert all(lint([f"x.{proxy}"]) for proxy in PROXIES)
    assert names_protected_trait("religion")


def test_swapping_sex_meal_union_and_nationality_changes_no_score(node):
    scores, reasons = set(), set()
    with node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        source = SourceFiles(LISTED.encode())
        actor = Actor("o", "EC-PN", "lists")
        node.people.import_source(tx, source, ("prueba", ListFormat.OFAC_CSV), actor)
        for number, (sex, meal, nation) in enumerate(SWAPS, 1):
            raw = PAXLST % (number, sex, meal, nation, number, number)
            node.travellers.ingest(tx, raw, Origin(Channel.FILE, f"f{number}", "EC-PN"))
        rows = node.review.queue(tx, QueueFilter()).rows
        assert len(rows) == len(SWAPS)
        for row in rows:
            scores.add(row.score)
            reasons.add(tuple((term.name, term.contribution) for term in row.reasons))
        assert tx.execute(sa.text("SELECT count(*) FROM traveller")).scalar_one() == len(SWAPS)
    assert len(scores) == len(reasons) == 1

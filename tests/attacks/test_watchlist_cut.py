"""A watchlist cut short, at many places and in both formats: the old list stays, and nothing is recorded."""

import gzip
from pathlib import Path

import pytest

from cordillera.desks.people.asking_limits import AskingLimits
from cordillera.desks.people.importing import ListImporter
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.screening import ListScreener
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.model import Subject
from cordillera.engines.watchlists.errors import ListTruncated
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.settings import PeopleSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

SCOPE = Scope.node("test")
OPERATOR = Actor("node", "EC-PN", "operation")
NULLS = ",-0- " * 6
SHARES = (0.0, 0.001, 0.25, 0.5, 0.75, 0.97, 0.999)


def un(people: int) -> bytes:
    entries = "".join(
        f"<INDIVIDUAL><FIRST_NAME>PERSONA{n}</FIRST_NAME><REFERENCE_NUMBER>X.{n}</REFERENCE_NUMBER></INDIVIDUAL>"
        for n in range(people)
    )
    return f"<CONSOLIDATED_LIST><INDIVIDUALS>{entries}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()


def ofac(people: int) -> bytes:
    rows = (
        f'{n},"INVENTADA{n}, Persona","individual","X",-0- {NULLS},"DOB 19{10 + n % 90}."\r\n'
        for n in range(people)
    )
    return "".join(rows).encode() + b"\x1a"


@pytest.fixture
def ledger(keyring: KeyRing, clock: FixedClock) -> Ledger:
    return Ledger(keyring, clock, "test/log")


@pytest.fixture
def people(store: Store, sealer: FieldSealer, ledger: Ledger, clock: FixedClock) -> WatchlistService:
    limits = AskingLimits(store, ledger, sealer, PeopleSettings())
    return WatchlistService(ListImporter(sealer, ledger, clock), ListScreener(sealer, clock), limits)


def take(store: Store, people: WatchlistService, raw: bytes, form: ListFormat) -> None:
    with store.transaction(SCOPE) as tx:
        people.import_source(tx, SourceFiles(raw), ("Cut", form), OPERATOR)


@pytest.mark.parametrize(("form", "whole"), [(ListFormat.UN_XML, un(40)), (ListFormat.OFAC_CSV, ofac(40))])
def test_a_cut_list_leaves_the_old_one_active(
    store: Store, people: WatchlistService, ledger: Ledger, form: ListFormat, whole: bytes
) -> None:
    take(store, people, whole, form)
    for raw in (whole, gzip.compress(whole)):
        for share in SHARES:
            with pytest.raises(CordilleraError):
                take(store, people, raw[: int(len(raw) * share)], form)
    with store.transaction(SCOPE) as tx:
        (version,) = people.active(tx)
        assert version.entries == 40
        assert len(ledger.events(tx, kind=LeafKind.LIST_CHANGED)) == 1
        last = "PERSONA39" if form is ListFormat.UN_XML else "INVENTADA39 Persona"
        assert people.lists.hits(tx, [Subject("s", last)], threshold=-2.0)[0]  # one word is no alert


def test_a_csv_cut_exactly_between_records_is_caught_by_its_size(
    store: Store, people: WatchlistService
) -> None:
    whole = ofac(40)
    take(store, people, whole, ListFormat.OFAC_CSV)
    lines = whole.split(b"\r\n")
    with pytest.raises(CordilleraError) as caught:
        take(store, people, b"\r\n".join(lines[:20]) + b"\r\n", ListFormat.OFAC_CSV)
    assert caught.value.code == "people.list_shrank"


def test_the_real_lists_cut_in_half_are_refused(shared: Path, store: Store, people: WatchlistService) -> None:
    for name, form in (
        ("un_sc_consolidated_2026-02-27.xml.gz", ListFormat.UN_XML),
        ("ofac_sdn_2021-07.csv.gz", ListFormat.OFAC_CSV),
    ):
        whole = gzip.decompress((shared / "screening" / name).read_bytes())
        with pytest.raises(ListTruncated):
            take(store, people, whole[: len(whole) // 2], form)
    with store.transaction(SCOPE) as tx:
        assert people.active(tx) == ()

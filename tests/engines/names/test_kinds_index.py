"""The index of organisations and vessels misses nothing: compared with comparing with every entry."""

import random
import threading

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordillera.engines.names.kinds_conclude import compare_entry
from cordillera.engines.names.kinds_index import KindIndex
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.model import SubjectKind as Kind
from cordillera.engines.names.weights import LIST_THRESHOLD
from cordillera.engines.watchlists.ofac_csv import parse_ofac
from cordillera.engines.watchlists.un_xml import parse_un
from cordillera.foundation.explain import total

BODY, SHIP = Kind.ORGANISATION, Kind.VESSEL


def entry(entry_id: str, kind: Kind, *names: str, imo: str = "", weak: bool = False) -> ListedPerson:
    documents = (Document(DocumentKind.VESSEL, imo),) if imo else ()
    return ListedPerson(
        entry_id, tuple(ListedName(name, weak=weak) for name in names), (), documents, kind=kind
    )


def asked(name: str, kind: Kind, imo: str = "") -> Subject:
    documents = (Document(DocumentKind.VESSEL, imo),) if imo else ()
    return Subject("1", name, documents=documents, kind=kind)


def with_every_one(subject: Subject, entries: list[ListedPerson], threshold: float) -> dict[str, float]:
    """Compare with every entry: the answer that the index must give."""
    scores = {one.entry_id: compare_entry(subject, one).score for one in entries}
    return {entry_id: score for entry_id, score in scores.items() if score >= threshold}


def found(index: KindIndex, subject: Subject, threshold: float = LIST_THRESHOLD) -> dict[str, float]:
    return {match.entry_id: match.score for match in index.screen(subject, threshold)}


@pytest.mark.parametrize(("kind", "sample"), [(BODY, 200), (SHIP, 150)])
def test_names_of_public_lists_are_found_as_by_comparing_with_every_entry(shared, kind, sample):
    folder, rng = shared / "screening", random.Random(11)
    parts = [(folder / f"ofac_{part}_2021-07.csv.gz").read_bytes() for part in ("sdn", "alt", "add")]
    listed = [one.as_person() for one in parse_ofac(*parts).entities]
    listed += [
        one.as_person()
        for one in parse_un((folder / "un_sc_consolidated_2026-02-27.xml.gz").read_bytes()).entities
    ]
    of_kind = [one for one in listed if one.kind is kind]
    entries = list({one.entry_id: one for one in rng.sample(of_kind, sample)}.values())
    index = KindIndex(kind, entries)
    names = [rng.choice(one.names).full for one in (*rng.sample(entries, 12), *rng.sample(of_kind, 12))]
    for name in names:
        at = rng.randrange(len(name))
        subject = asked(rng.choice([name, name[:at] + name[at + 1 :]]), kind)
        for threshold in (-2.0, LIST_THRESHOLD):
            assert found(index, subject, threshold) == with_every_one(subject, entries, threshold)


DIFFICULT = (
    "good will goodwill azul asul trading comercial banco bank sa s.a. ltda cia 7 2004 ii third iran chile "
    "fabrika fabricas al aqsa aqsaltd aqsa abc andes bolivar cruz x y the of corp navieros navierosazul star"
)
NAMES = st.lists(st.sampled_from(DIFFICULT.split()), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NAMES, min_size=1, max_size=6), NAMES, st.sampled_from([BODY, SHIP]))
def test_no_combination_of_difficult_words_is_missed(names, name, kind):
    entries = [entry(str(at), kind, one) for at, one in enumerate(names)]
    index, subject = KindIndex(kind, entries), asked(name, kind)
    for threshold in (-7.0, -4.0, -2.0, 1.0, LIST_THRESHOLD):
        assert found(index, subject, threshold) == with_every_one(subject, entries, threshold)


def test_the_terms_sum_to_the_score():
    match = KindIndex(BODY, [entry("7", BODY, "Fábrica Azul 7 S.A.C.")]).screen(
        asked("FABRIKA AZUL 7", BODY)
    )[0]
    assert match.score == total(match.terms) > LIST_THRESHOLD
    assert match.completeness == 0.0, "nothing but the names could be compared"
    assert {item.source for term in match.terms for item in term.evidence} == {
        "subject.full_name",
        "list:7/name",
    }


def test_numbers_must_agree():
    index = KindIndex(SHIP, [entry("2", SHIP, "SEA STAR II"), entry("3", SHIP, "SEA STAR III")])
    assert list(found(index, asked("M/V Sea Star 3", SHIP))) == ["3"]


def test_a_renamed_ship_is_found_by_its_imo_number():
    index = KindIndex(SHIP, [entry("7", SHIP, "NORDIC WIND", imo="9074729")])
    (match,) = index.screen(asked("Blue Gull", SHIP, imo="IMO 9074729"))
    assert match.completeness == 1.0
    assert {"names.document_equal"} <= {term.name for term in match.terms}


def test_an_imo_number_whose_check_digit_fails_is_told_and_says_little():
    index = KindIndex(SHIP, [entry("7", SHIP, "NORDIC WIND", imo="9074729")])
    (match,) = index.screen(asked("Nordic Wind", SHIP, imo="9074728"))
    assert "names.document_doubtful" in {term.name for term in match.terms}
    assert match.score < index.screen(asked("Nordic Wind", SHIP, imo="9074729"))[0].score


def test_another_valid_imo_number_speaks_against_a_ship_of_the_same_name():
    index = KindIndex(SHIP, [entry("7", SHIP, "NORDIC WIND", imo="9074729")])
    ship = entry("7", SHIP, "NORDIC WIND", imo="9074729")
    alone, other = (compare_entry(asked("Nordic Wind", SHIP, imo=imo), ship).score for imo in ("", "9241061"))
    assert other < alone
    assert found(index, asked("Nordic Wind", SHIP))["7"] == alone


def test_a_number_in_common_alone_is_no_alert():
    index = KindIndex(BODY, [entry("7", BODY, "Brigada Quetzal 2004")])
    assert not found(index, asked("Banco Meridiano 2004", BODY))
    match = compare_entry(asked("Banco Meridiano 2004", BODY), entry("7", BODY, "Brigada Quetzal 2004"))
    assert "names.no_word_fits" in {term.name for term in match.terms}


def test_an_acronym_finds_the_long_name():
    index = KindIndex(BODY, [entry("7", BODY, "Frente Invento Nacional del Oriente")])
    assert found(index, asked("FINO", BODY))


def test_by_a_weak_alias_alone_nothing_is_an_alert():
    index = KindIndex(BODY, [entry("7", BODY, "Quetzal Meridiano", weak=True)])
    assert not found(index, asked("Quetzal Meridiano", BODY))
    assert found(index, asked("Quetzal Meridiano", BODY), -2.0)


def test_names_that_say_nothing_find_nothing():
    index = KindIndex(BODY, [entry("7", BODY, "Quetzal"), entry("8", BODY, ""), entry("9", BODY)])
    for name in ("", "...", "S.A.", "\u202e", "x" * 10_000):
        assert not found(index, asked(name, BODY), -2.0)


def test_what_is_added_changed_and_removed_is_seen_by_the_next_question():
    index = KindIndex(BODY, [entry("7", BODY, "Quetzal Azul")])
    before = index.fork()
    index.add(entry("7", BODY, "Puma Rojo"))
    index.add(entry("8", BODY, "Puma Verde"))
    assert not found(index, asked("Quetzal Azul", BODY))
    assert list(found(index, asked("Puma Rojo", BODY))) == ["7"]
    assert index.remove("7")
    assert not index.remove("7")
    assert not found(index, asked("Puma Rojo", BODY))
    assert list(found(before, asked("Quetzal Azul", BODY))) == ["7"], "the fork goes on being asked whole"
    assert (len(index), index.names, len(before)) == (1, 1, 1)


def test_forks_of_many_changes_do_not_grow_without_end():
    index = KindIndex(BODY, [entry("7", BODY, "Quetzal")])
    for turn in range(3_000):
        index.add(entry("7", BODY, f"Quetzal {turn}"))
    assert index.fork()._rows.count == 1
    assert found(index.fork(), asked("Quetzal 2999", BODY))


def test_threads_ask_while_others_add():
    index = KindIndex(BODY, [entry("first", BODY, "Quetzal Azul")])
    failed: list[Exception] = []

    def ask() -> None:
        try:
            for _ in range(200):
                assert found(index, asked("Quetzal Azul", BODY))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(300):
        index.add(entry(str(number), BODY, f"Quetzal Rojo {number}"))
    for thread in threads:
        thread.join()
    assert not failed


def test_an_entry_with_a_thousand_aliases_is_answered_in_bounded_time():
    flood = msgspec.structs.replace(
        entry("7", BODY), names=tuple(ListedName(f"Quetzal Azul Meridiano {n}") for n in range(1_500))
    )
    index = KindIndex(BODY, [flood])
    assert found(index, asked("Quetzal Azul Meridiano 999", BODY))
    assert not found(index, asked("Quetzal Azul Meridiano 1400", BODY)), "beyond the limit of one entry"

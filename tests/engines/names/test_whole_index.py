"""A whole list: every entry by the rules of its kind, and one that changes its kind."""

from cordillera.engines.names.model import ListedName, ListedPerson, Subject, SubjectKind
from cordillera.engines.names.whole_index import KINDS, WholeIndex


def entry(entry_id: str, kind: SubjectKind, name: str = "Quetzal Meridiano") -> ListedPerson:
    return ListedPerson(entry_id, (ListedName(name),), kind=kind)


def ids(index: WholeIndex, kind: SubjectKind) -> list[str]:
    return [match.entry_id for match in index.screen([Subject("1", "Quetzal Meridiano", kind=kind)])[0]]


def test_a_subject_meets_entries_of_its_own_kind_only():
    index = WholeIndex([entry(kind.value, kind) for kind in KINDS])
    assert [ids(index, kind) for kind in KINDS] == [["person"], ["organisation"], ["vessel"]]
    assert ids(index, SubjectKind.ADDRESS) == []
    assert (len(index), index.names) == (3, 3)


def test_answers_come_in_the_order_of_the_questions():
    index = WholeIndex([entry(kind.value, kind) for kind in KINDS])
    asked = [Subject("1", "Quetzal Meridiano", kind=kind) for kind in (*KINDS[::-1], *KINDS)]
    answers = index.screen(asked)
    assert [found[0].entry_id for found in answers] == [subject.kind.value for subject in asked]


def test_an_entry_that_becomes_another_kind_is_no_longer_found_as_what_it_was():
    index = WholeIndex([entry("7", SubjectKind.PERSON)])
    index.add_all([entry("7", SubjectKind.ORGANISATION)])
    assert (ids(index, SubjectKind.PERSON), ids(index, SubjectKind.ORGANISATION)) == ([], ["7"])
    index.add_all([entry("7", SubjectKind.PERSON)])
    assert (ids(index, SubjectKind.PERSON), ids(index, SubjectKind.ORGANISATION)) == (["7"], [])


def test_a_fork_does_not_see_what_changes_in_the_other():
    index = WholeIndex([entry("1", SubjectKind.PERSON), entry("2", SubjectKind.VESSEL)])
    other = index.fork()
    assert index.remove("1")
    assert index.remove("2")
    assert not index.remove("2")
    assert (len(index), len(other)) == (0, 2)
    assert ids(other, SubjectKind.VESSEL) == ["2"]

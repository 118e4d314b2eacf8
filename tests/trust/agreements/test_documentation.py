"""docs/agreements.md names every command, rule, word, problem and error of agreements."""

import re
from pathlib import Path

from cordillera.cli import agreement as command
from cordillera.cli.agreement_files import FileMissing
from cordillera.trust.agreements import check, decide, errors
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.rules import HOUSE_RULES, kind_of
from cordillera.trust.agreements.vocabulary import Action, Ground, SubjectCategory

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs/agreements.md").read_text("utf-8")


def missing(words: list[str]) -> list[str]:
    return [word for word in words if f"`{word}`" not in TEXT and f'"{word}"' not in TEXT]


def test_every_rule_and_word_of_the_vocabulary_is_named():
    words = [*map(kind_of, HOUSE_RULES), "min_penalty", *Action, *Ground, *SubjectCategory]
    assert missing([str(word) for word in words]) == []


def test_every_field_of_a_request_and_of_a_file_is_named():
    assert missing([*DisclosureRequest.__struct_fields__, *Agreement.__struct_fields__]) == []


def test_every_command_is_named():
    names = [name for name in command.app if not name.startswith("-")]
    assert names
    assert [name for name in names if f"`cordillera agreement {name}" not in TEXT] == []


def test_every_error_and_problem_is_named():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = [kind.code for kind in kinds if kind.__module__ == errors.__name__]
    assert missing([*codes, FileMissing.code]) == []
    source = Path(check.__file__).read_text("utf-8")
    assert missing(sorted(set(re.findall(r'problem\("agreements\.problem\.(\w+)"', source)))) == []


def test_the_numbered_conditions_are_those_of_the_code():
    listed = re.findall(r"^ ?(\d+)\. (.+[;.])$", decide.__doc__ or "", re.MULTILINE)
    assert [int(number) for number, _ in listed] == list(range(1, 17))
    for number, said in listed:
        assert f"{number}. {said}" in TEXT

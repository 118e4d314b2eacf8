"""Cedar, used as the node uses it, answers the integration tests and corpus of the Cedar project.

As in `engine.py`: everything parsed once into handles, requests as structured names with a JSON context, the
schema always given, and an error read as what it is.
"""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import cedarpy
import pytest

Read = Callable[[str], str]


def answers(case: dict[str, Any], read: Read) -> Iterator[tuple[dict[str, Any], cedarpy.AuthzResult]]:
    """Ask Cedar every request of a case; yield each with its answer."""
    policies = cedarpy.PolicySet.from_str(read(case["policies"]))
    schema = cedarpy.Schema.from_str(read(case["schema"]))
    entities = cedarpy.Entities.from_json_str(read(case["entities"]), schema)
    for wanted in case["requests"]:
        request = {name: wanted[name] for name in ("principal", "action", "resource")}
        request["context"] = json.dumps(wanted["context"])
        yield wanted, cedarpy.is_authorized(request, policies, entities, schema)


def assert_as_wanted(case: dict[str, Any], read: Read) -> int:
    count = 0
    for wanted, result in answers(case, read):
        named = wanted.get("description", "")
        assert result.decision.value.lower() == wanted["decision"], named
        assert sorted(result.diagnostics.reasons) == sorted(wanted["reason"]), named
        assert len(result.diagnostics.errors) == len(wanted["errors"]), named
        count += 1
    return count


def test_all_integration_tests_hold_when_the_schema_is_given(shared):
    root = shared / "exchange/cedar"
    files = sorted((root / "tests").rglob("*.json"))
    cases = [json.loads(file.read_bytes()) for file in files]
    counted = sum(assert_as_wanted(case, lambda name: (root / name).read_text("utf-8")) for case in cases)
    assert counted == 74


@pytest.fixture(scope="module")
def corpus(shared) -> dict[str, str]:
    """Every file of the corpus by its name without folders."""
    packed = (shared / "exchange/cedar/corpus_400.tar.xz").read_bytes()
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        return {
            member.name.rpartition("/")[2]: archive.extractfile(member).read().decode() for member in members
        }


def test_all_sets_of_the_corpus_hold(corpus):
    cases = [
        json.loads(text)
        for name, text in corpus.items()
        if name.endswith(".json") and not name.endswith(".entities.json")
    ]
    for case in cases:
        assert_as_wanted(case, lambda name: corpus[name.rpartition("/")[2]])
    assert len(cases) == 400

"""The strict reader and the canonical writer."""

import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
    | st.floats(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)  # larger whole doubles are no I-JSON integers
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_values)
def test_what_is_written_reads_back_as_the_same_value(value: object) -> None:
    assert canonical.loads(canonical.dumps(value)) == json.loads(json.dumps(value))


@given(json_values)
def test_writing_what_was_read_changes_no_byte(value: object) -> None:
    once = canonical.dumps(value)
    assert canonical.dumps(canonical.loads(once)) == once


@given(
    json_values | st.dictionaries(st.sampled_from(["ab", "é", "\U0001f600", "\uff5e", "a\x7f"]), json_values)
)
def test_the_fast_writer_writes_the_bytes_of_the_slow_one(value: object) -> None:
    assert canonical.dumps(value) == canonical._encode(value).encode()


@pytest.mark.parametrize("value", [{1: "a"}, {"a": [2**53]}, [-(2**53)], {"a": {None: 1}}])
def test_what_cannot_be_written_is_refused_wherever_it_stands(value: object) -> None:
    with pytest.raises(canonical.NotCanonicalizable):
        canonical.dumps(value)


def test_published_canonical_vectors_come_out_byte_for_byte(shared: Path) -> None:
    folder = shared / "exchange" / "jcs"
    inputs = sorted((folder / "input").glob("*.json"))
    assert inputs
    for path in inputs:
        assert (
            canonical.dumps(json.loads(path.read_bytes())) == (folder / "output" / path.name).read_bytes()
        ), path.name


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (-0.0, "0"),
        (333333333.33333329, "333333333.3333333"),
        (9007199254740994.0, "9007199254740994"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(number: float, written: str) -> None:
    assert canonical.dumps(number) == written.encode()


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b'{"a":1,"a":2}', canonical.DuplicateKey),
        (b'{"a":{"b":1,"\\u0062":2}}', canonical.DuplicateKey),
        (b"NaN", canonical.NotANumber),
        (b"[-Infinity]", canonical.NotANumber),
        (b"1e999", canonical.NotANumber),
        (b"9007199254740992", canonical.IntegerTooLarge),
        (b"9" * 5000, canonical.IntegerTooLarge),
        (b"[" * 33 + b"]" * 33, canonical.TooDeep),
        (b"[" * 900_000, canonical.TooDeep),
        (b'"' + b"a" * 2_000_000 + b'"', canonical.TooLarge),
        (b'"\\ud800"', canonical.LoneSurrogate),
        (b'{"\\udc00":1}', canonical.LoneSurrogate),
        (b"\xef\xbb\xbf{}", canonical.NotJson),
        (b'"\xff"', canonical.NotJson),
        (b"", canonical.NotJson),
        (b"{} {}", canonical.NotJson),
    ],
)
def test_each_doubtful_document_is_refused_by_its_own_error(raw: bytes, error: type[BadInput]) -> None:
    with pytest.raises(error):
        canonical.loads(raw)


def test_brackets_inside_strings_are_no_depth() -> None:
    assert canonical.loads(b'"' + b"[" * 100 + b'\\""') == "[" * 100 + '"'


def test_a_duplicate_at_the_end_of_a_large_object_is_found_quickly() -> None:
    members = ",".join(f'"k{number}":0' for number in range(60_000))
    with pytest.raises(canonical.DuplicateKey):
        canonical.loads(f'{{{members},"k59999":0}}'.encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_a_typed_error(raw: bytes) -> None:
    try:
        canonical.loads(raw)
    except BadInput:
        return


def test_the_json_torture_files_are_judged_as_their_names_say(shared: Path) -> None:
    judged = 0
    for name, raw in _torture(shared / "platform" / "json_parsing_a.tar.gz"):
        if name.startswith("n_"):
            with pytest.raises(BadInput):
                canonical.loads(raw)
        elif name.startswith("y_") and "duplicated_key" not in name:
            canonical.loads(raw)
        judged += 1
    assert judged > 100


def _torture(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None and member.name.endswith(".json"):
                yield Path(member.name).name, file.read()


class Point(msgspec.Struct, forbid_unknown_fields=True):
    x: int


def test_an_unknown_field_is_a_wrong_shape() -> None:
    assert canonical.to_struct(b'{"x":1}', Point) == Point(1)
    with pytest.raises(canonical.WrongShape):
        canonical.to_struct(b'{"x":1,"y":2}', Point)


@pytest.mark.parametrize("value", [2**53, float("nan"), {1: 2}, object()])
def test_what_canonical_json_cannot_say_is_not_written(value: object) -> None:
    with pytest.raises((BadInput, TypeError)):
        canonical.dumps(value)


def test_the_native_writer_escapes_every_character_as_the_plain_one() -> None:
    text = "".join(chr(code) for code in range(0x11_0000) if not 0xD800 <= code <= 0xDFFF)
    assert canonical.dumps(text) == canonical._quote(text).encode()


class _Open(msgspec.Struct, forbid_unknown_fields=True):
    a: object = None
    b: object = None


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b'{"a":1,"a":1}', canonical.DuplicateKey),
        (b'{"a":{"x":1,"x":1},"b":null}', canonical.DuplicateKey),
        (b'{"a":NaN,"b":null}', canonical.NotANumber),
        (b'{"a":1e999,"b":null}', canonical.NotANumber),
        (b'{"a":9007199254740992,"b":null}', canonical.IntegerTooLarge),
        (b'{"a":[1,-9007199254740992],"b":null}', canonical.IntegerTooLarge),
        (b'{"a":[12345678901234567890],"b":null}', canonical.IntegerTooLarge),
        (b'{"a":"\\ud800","b":null}', canonical.LoneSurrogate),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b',"b":null}', canonical.TooDeep),
        (b'\xef\xbb\xbf{"a":null,"b":null}', canonical.NotJson),
        (b'{"a":null,"b":null,"c":null}', canonical.WrongShape),
        (b'{"a":null,"b":null} ', None),
        (b'{"b":null,"a":9007199254740991}', None),
    ],
)
def test_what_the_quick_reader_takes_the_strict_one_takes_too(
    raw: bytes, error: type[BadInput] | None
) -> None:
    if error is None:
        assert canonical.to_struct(raw, _Open) == msgspec.convert(canonical.loads(raw), _Open)
        return
    with pytest.raises(error):
        canonical.to_struct(raw, _Open)


@given(st.dictionaries(st.sampled_from(["a", "b"]), json_values))
def test_a_struct_is_read_the_same_way_quickly_and_strictly(value: dict[str, object]) -> None:
    raw = canonical.dumps(value)
    assert canonical.to_struct(raw, _Open) == msgspec.convert(canonical.loads(raw), _Open)


class _Told(msgspec.Struct):
    name: str
    id: UUID
    at: datetime
    parts: tuple[str, ...]
    number: int = 0
    other: int | None = None


@given(
    st.builds(
        _Told,
        st.text(st.characters(exclude_categories=["Cs"])),
        st.uuids(),
        st.datetimes(timezones=st.timezones()),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]))).map(tuple),
        st.integers(-(2**53) + 1, 2**53 - 1),
        st.none() | st.integers(0, 9),
    )
)
def test_a_struct_of_plain_values_is_written_as_its_values_are(told: _Told):
    assert canonical.dumps(told) == canonical.dumps(msgspec.to_builtins(told))


def test_an_integer_that_readers_would_round_is_refused_in_a_struct_too():
    told = _Told("", UUID(int=0), datetime(2026, 1, 1, tzinfo=UTC), (), 2**53)
    with pytest.raises(canonical.NotCanonicalizable):
        canonical.dumps(told)
    raw = canonical.dumps(msgspec.structs.replace(told, number=1)).replace(
        b'"number":1', b'"number":9007199254740992'
    )
    with pytest.raises(canonical.IntegerTooLarge):
        canonical.to_struct(raw, _Told)


def test_many_small_things_in_a_plain_type_are_read_the_short_way_and_deep_ones_refused():
    many = [{"a": n} for n in range(100)]
    assert canonical.to_struct(canonical.dumps(many), list[dict[str, int]]) == many
    with pytest.raises(canonical.TooDeep):
        canonical.to_struct(b"[" * 40 + b"]" * 40, list[object])


def test_many_threads_may_read_a_type_for_the_first_time_together():
    program = """
import sys, threading
from cordillera.runtime.exercise import exercise_between
sys.setswitchinterval(1e-6)
start = threading.Barrier(4)
pairs = [("US", "EC"), ("US", "CL"), ("CL", "EC"), ("PE", "US")]
read = lambda pair: (start.wait(), exercise_between(*pair))
threads = [threading.Thread(target=read, args=(pair,)) for pair in pairs]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
    ended = [subprocess.run([sys.executable, "-c", program], check=False).returncode for _ in range(3)]
    assert ended == [0, 0, 0]

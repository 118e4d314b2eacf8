"""Types are read into from many threads at once, also when they are first seen."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from cordillera.foundation import shapes

MANY_THREADS_MEET_NEW_TYPES = """
import sys, threading
import msgspec
from cordillera.foundation import shapes
sys.setswitchinterval(1e-6)
RAW = b'{"one":{"x":1,"y":"s"},"more":[{"x":1,"y":"s"}],"named":{"a":{"x":1,"y":"s"}}}'
VALUE = msgspec.json.decode(RAW)
failed = []
for number in range(150):
    inner = msgspec.defstruct(f"Inner{number}", [("x", int), ("y", str)])
    outer = msgspec.defstruct(
        f"Outer{number}", [("one", inner), ("more", list[inner]), ("named", dict[str, inner])]
    )
    start = threading.Barrier(4)
    def read(how):
        start.wait()
        try:
            found = shapes.decode(RAW, outer) if how % 2 else shapes.convert(VALUE, outer)
            assert found.named["a"] == inner(1, "s")
        except BaseException as error:
            failed.append(repr(error))
    threads = [threading.Thread(target=read, args=(how,)) for how in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
sys.exit(failed[0] if failed else 0)
"""


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int = 0


def test_four_threads_that_meet_a_new_type_at_once_read_it_alike(tmp_path: Path) -> None:
    program = tmp_path / "threads.py"
    program.write_text(MANY_THREADS_MEET_NEW_TYPES, "utf-8")
    done = subprocess.run([sys.executable, str(program)], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_reader_is_made_once_for_each_type() -> None:
    assert shapes.reader(Point) is shapes.reader(Point)
    assert shapes.reader(tuple[Point, ...]) is not shapes.reader(Point)


def test_what_does_not_fit_is_refused_as_by_msgspec() -> None:
    with pytest.raises(msgspec.ValidationError):
        shapes.decode(b'{"x":"1"}', Point)
    with pytest.raises(msgspec.ValidationError):
        shapes.convert({"x": "1"}, Point)
    with pytest.raises(msgspec.DecodeError):
        shapes.decode(b"{", Point)


def test_text_turns_into_numbers_only_where_that_is_asked_for() -> None:
    assert shapes.convert({"x": "1"}, Point, strict=False) == Point(1)


def test_packed_values_are_read_too() -> None:
    assert shapes.packed_reader(Point).decode(msgspec.msgpack.encode(Point(1, 2))) == Point(1, 2)

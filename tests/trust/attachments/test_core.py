import os

import pytest

from cordillera.trust.attachments.core import CHUNK, MAX_SIZE, pack, read_reference, unpack
from cordillera.trust.attachments.errors import (
    AttachmentBroken,
    AttachmentIncomplete,
    AttachmentTooLarge,
    BadReference,
)

CONTENT = os.urandom(2 * CHUNK + 17)


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 17])
def test_what_was_packed_is_unpacked_whole(size: int):
    packed = pack(CONTENT[:size], "foto.jpg", "image/jpeg")
    opened = unpack(packed.reference, dict(enumerate(packed.parts)))
    assert (opened.name, opened.media_type, opened.content) == ("foto.jpg", "image/jpeg", CONTENT[:size])


def test_a_reference_fits_where_references_stand():
    assert len(pack(b"x", "a", "b/c").reference) <= 64


def test_the_parts_say_nothing_of_the_content():
    packed = pack(b"canary" * 1000, "canary.txt", "text/plain")
    assert not any(b"canary" in part for part in packed.parts)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_conditions_1_and_4_any_changed_part_is_refused(number: int):
    packed = pack(CONTENT, "a", "b/c")
    parts = dict(enumerate(packed.parts))
    changed = bytearray(parts[number])
    changed[40] ^= 1
    with pytest.raises(AttachmentBroken):
        unpack(packed.reference, parts | {number: bytes(changed)})


def test_condition_2_another_secret_opens_nothing():
    one, other = pack(b"one", "a", "b/c"), pack(b"one", "a", "b/c")
    mixed = ".".join(("a", read_reference(one.reference).id, other.reference.rpartition(".")[2]))
    with pytest.raises(AttachmentBroken):
        unpack(mixed, dict(enumerate(one.parts)))


def test_condition_4_swapped_and_missing_parts_are_refused():
    packed = pack(CONTENT, "a", "b/c")
    first, one, two, three = packed.parts
    with pytest.raises(AttachmentBroken):
        unpack(packed.reference, {0: first, 1: two, 2: one, 3: three})
    with pytest.raises(AttachmentIncomplete):
        unpack(packed.reference, {0: first, 1: one, 3: three})
    with pytest.raises(AttachmentIncomplete):
        unpack(packed.reference, {})


@pytest.mark.parametrize("text", ["", "a.b.c", "b" + "x" * 61, "a." + "!" * 27 + "." + "x" * 32])
def test_what_is_no_reference_is_refused(text: str):
    with pytest.raises(BadReference):
        read_reference(text)


def test_nothing_and_too_much_are_no_attachment():
    with pytest.raises(AttachmentTooLarge):
        pack(b"", "a", "b/c")
    with pytest.raises(AttachmentTooLarge):
        pack(bytes(MAX_SIZE + 1), "a", "b/c")

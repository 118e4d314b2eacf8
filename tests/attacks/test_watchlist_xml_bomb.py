"""XML that expands, includes or fetches: refused before anything is resolved."""

import time
from pathlib import Path

import pytest

from cordillera.engines.watchlists.errors import ListForbiddenXml
from cordillera.engines.watchlists.un_xml import parse_un
from cordillera.foundation.errors import CordilleraError

BODY = (
    "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><FIRST_NAME>{}</FIRST_NAME>"
    "</INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"
)


def test_an_entity_bomb_is_refused_at_once() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>' + BODY.format("&l11;")
    began = time.process_time()
    with pytest.raises(ListForbiddenXml):
        parse_un(bomb.encode())
    assert time.process_time() - began < 1


def test_a_bomb_in_another_encoding_is_refused_too() -> None:
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + BODY.format("&a;&a;")
    with pytest.raises(CordilleraError):
        parse_un(bomb.encode("utf-16"))


def test_an_external_document_type_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("what the node alone may read")
    for head in (
        f'<!DOCTYPE x SYSTEM "file://{secret}">',
        f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>',
        '<!DOCTYPE x PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">',
    ):
        with pytest.raises(ListForbiddenXml):
            parse_un((head + BODY.format("&s;")).encode())


def test_an_inclusion_is_refused(tmp_path: Path) -> None:
    (tmp_path / "part.xml").write_text("<FIRST_NAME>ANA</FIRST_NAME>")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{tmp_path}/part.xml"/>'
    with pytest.raises(ListForbiddenXml):
        parse_un(BODY.format(include).encode())


def test_deep_nesting_ends_in_an_error() -> None:
    deep = "<A>" * 100_000 + "</A>" * 100_000
    with pytest.raises(CordilleraError):
        parse_un(BODY.format(deep).encode())

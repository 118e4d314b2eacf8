"""Entity bombs, external entities, parameter entities and inclusions, in every XML format and encoding."""

import pytest
from tests.engines.watchlists.samples import EU, OFAC_XML

from cordillera.engines.watchlists.errors import ListForbiddenXml, ListUnreadable
from cordillera.engines.watchlists.formats import Delivery, read
from cordillera.engines.watchlists.source import ListFile

BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
PARAMETER = b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'
INCLUDE = b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'


def entries(raw: bytes, form: str) -> list[object]:
    return list(read(Delivery(ListFile.of(raw)), form))


@pytest.mark.parametrize("form", ["eu-xml", "ofac-xml"])
@pytest.mark.parametrize("declared", [BOMB, OUTSIDE, PARAMETER])
@pytest.mark.parametrize("padding", [0, 100_000])
def test_a_declaration_is_refused_wherever_it_stands(form: str, declared: bytes, padding: int) -> None:
    whole = EU if form == "eu-xml" else OFAC_XML
    head, _, rest = whole.partition(b"?>")
    with pytest.raises(ListForbiddenXml):
        entries(head + b"?>" + b" " * padding + declared + rest, form)


@pytest.mark.parametrize("form", ["eu-xml", "ofac-xml"])
def test_an_inclusion_is_refused(form: str) -> None:
    whole = EU if form == "eu-xml" else OFAC_XML
    end = whole.rindex(b"</")
    with pytest.raises(ListForbiddenXml):
        entries(whole[:end] + INCLUDE + whole[end:], form)


def test_an_encoding_that_hides_declarations_is_not_read() -> None:
    text = EU.decode().replace("UTF-8", "UTF-16").replace("?>", "?>" + BOMB.decode(), 1)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        with pytest.raises((ListUnreadable, ListForbiddenXml)):
            entries(text.encode(encoding), "eu-xml")


def test_depth_is_bounded() -> None:
    deep = b"<export>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</export>"
    with pytest.raises(ListUnreadable):
        entries(deep, "eu-xml")

"""The page of a record's attachments, without JavaScript: listed, fetched, taken out."""

import msgspec
import pytest
from tests.sim.federation import Pair
from tests.sim.flows import CONTENT, Desk, give
from tests.trust.attachments.test_service import FILE, of
from tests.web.house import House

from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.access.model import Role
from cordillera.trust.attachments.core import read_reference

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def test_an_accepted_notice_leads_to_its_attachments_which_are_fetched_by_a_button(pair: Pair, site: House):
    us = Desk(pair.us)
    reference = us.do(of(us).add, "placa <b>.jpg", "image/jpeg", FILE)
    content = msgspec.structs.replace(CONTENT, attachments=(reference,))
    notice_id, _ = give(pair, us, Desk(pair.ec), content=content)
    ana = site.browser("ana", Role.ANALYST, purpose="drug_trafficking")
    page = f"/records/{notice_id}/attachments"
    assert ana.get(page).status_code == 403
    digest = ana.get(f"/notices/{notice_id}.json").json()["notice"]["conditions"]["digest"]
    ana.post(f"/notices/{notice_id}/accept", data={"conditions": digest})
    assert page in ana.get(f"/notices/{notice_id}").text
    assert "Por traer" in ana.get(f"{page}?lang=es").text
    assert ana.get(f"{page}.json").json()["rows"][0]["here"] == 0
    name = read_reference(reference).id
    fetched = ana.post(f"{page}/{name}/fetch", follow_redirects=False)
    assert fetched.status_code == 303, fetched.text
    shown = ana.get(f"{page}?lang=en").text
    assert "placa &lt;b&gt;.jpg" in shown
    assert "Complete" in shown
    assert sha256(FILE).hex() in shown
    assert "TLP:AMBER+STRICT" in shown
    assert reference not in shown
    assert ana.get(f"/api{page}/{reference}?use=copy").content == FILE
    copy = ana.get(f"{page}/{name}/copy?use=copy")
    assert copy.content == FILE
    assert copy.headers["x-handling"].startswith("TLP:AMBER+STRICT")
    assert copy.headers["content-disposition"].startswith("attachment;")
    assert ana.get(f"{page}/{name}/copy?use=dissemination").status_code == 403
    evidence = ana.get(f"{page}/{name}/copy?use=evidence", follow_redirects=False)
    assert evidence.headers["location"].endswith("/assistance")
    assert ana.get(f"{page}/{'A' * 27}/copy").status_code == 404


def test_a_partner_that_gives_nothing_is_said_on_the_page(pair: Pair, site: House):
    us = Desk(pair.us)
    reference = us.do(of(us).add, "placa.jpg", "image/jpeg", FILE)
    notice_id, _ = give(
        pair, us, Desk(pair.ec), content=msgspec.structs.replace(CONTENT, attachments=(reference,))
    )
    ana = site.browser("ana", Role.ANALYST, purpose="drug_trafficking")
    digest = ana.get(f"/notices/{notice_id}.json").json()["notice"]["conditions"]["digest"]
    ana.post(f"/notices/{notice_id}/accept", data={"conditions": digest})
    us.node.execute("DELETE FROM attachment_grant")
    answer = ana.post(f"/records/{notice_id}/attachments/{read_reference(reference).id}/fetch")
    assert answer.status_code == 502
    assert "no lo entrega ahora" in answer.text

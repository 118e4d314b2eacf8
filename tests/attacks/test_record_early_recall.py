"""Attack of the network: a recall overtakes the content; the content is then refused when it comes."""

from tests.attacks.test_record_forged_recall import order, outcome, send
from tests.sim.federation import Federation
from tests.sim.recalls import kept, shared

from cordillera.trust.records.errors import RecordErased
from cordillera.trust.records.model import ChangeData
from cordillera.trust.records.orders import sign_order

pytest_plugins = ("tests.sim.fixtures",)


def test_content_that_comes_after_its_recall_is_refused(three: Federation) -> None:
    ec, record_id = three["ec"], kept(three["ec"])
    send(ec, "pe", ChangeData(sign_order(ec.identity, order(ec, record_id, "ec"))))
    three.settle()
    shared(ec, record_id, "pe")
    three.settle()
    assert not three["pe"].scalar("SELECT count(*) FROM record")
    assert outcome(ec) == RecordErased.code

"""The description of the API says exactly what the node does: schemathesis tries every operation.

CORDILLERA_API_EXAMPLES sets how many random calls each operation gets (default 4; coverage comes on top).
"""

import os
import subprocess
import sys

import msgspec
import pytest
from tests.web.house import House, listening

from cordillera.foundation.clock import SystemClock
from cordillera.trust.access.model import Role
from cordillera.web.openapi import describe

CONFIG = """
headers = {{ "X-CSRF-Token" = "{csrf}" }}

# What these are given fits its shape and is refused for what it says: a search for nobody, a list without a
# line, a moment without a time zone, a reason of control signs, a key that is not exact, an extension without
# a day, an empty file, a schema or matcher that nobody has, a table without names, a form without questions,
# a text that is no rule.
# JSON Schema cannot say that; 422 is documented, as is 400 for JSON that the strict reader refuses whatever
# its shape.
[[operations]]
include-path = [
  "/api/people/search",
  "/api/lists/{{name}}",
  "/api/agreements/{{agreement_id}}/simulation",
  "/api/agreement-drafts",
  "/api/attachments",
  "/api/exchange/channels/{{direction}}/{{peer}}/{{agreement_id}}/thaw",
  "/api/lookups",
  "/api/messages/interactive",
  "/match/{{name}}",
  "/match/{{name}}/columns",
  "/match/{{name}}/csv",
  "/reconcile/{{name}}",
  "/search/{{name}}",
  "/api/notices",
  "/api/notices/{{notice_id}}/decline",
  "/api/notices/{{notice_id}}/erase",
  "/api/notices/{{notice_id}}/keep",
  "/api/notices/{{notice_id}}/release",
  "/api/records/{{record_id}}/changes",
  "/api/records/{{record_id}}/consents",
  "/api/records/consents/{{consent_id}}",
  "/api/watchlists/versions/{{version_id}}/refuse",
  "/api/watchlists/versions/{{version_id}}/rollback",
  "/api/watchlists/{{name}}/source",
  "/api/watchlists/{{name}}/budget",
  "/api/redress",
  "/api/rules",
  "/api/rules/lint",
  "/api/safeguards/legal/{{entry_id}}",
  "/api/travellers/{{traveller_id}}/unmask",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 422, 429]

[auth.openapi.session]
api_key = "{cookie}"

[auth.openapi.machine]
bearer = "{bearer}"
"""


def test_every_operation_under_api_is_described(whole):
    document = describe(whole.app)
    described = set(document["paths"])
    existing = {route.path_format for route in whole.app.routes if route.path.startswith("/api/")}
    assert existing - described == {"/api/openapi.json"}


def test_objects_that_forbid_unknown_fields_say_so(whole):
    schemas = describe(whole.app)["components"]["schemas"]
    assert schemas["Credentials"]["additionalProperties"] is False
    assert schemas["Credentials"]["properties"]["password"]["maxLength"] == 128


def test_every_reference_leads_somewhere(whole):
    text = msgspec.json.encode(describe(whole.app)).decode()
    schemas = describe(whole.app)["components"]["schemas"]
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in schemas


def test_every_operation_names_its_permission_and_its_problems(whole):
    for path, item in describe(whole.app)["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                assert "422" in operation["responses"], (method, path)
                if path not in {"/api/health", "/api/session"}:
                    assert operation["security"], (method, path)


@pytest.mark.parametrize("phase", ["coverage", "fuzzing"])
def test_schemathesis_finds_no_difference_between_description_and_node(store, tmp_path, phase):
    house = House(store, SystemClock(), tmp_path)
    house.officer("todas", *Role)
    token, session = house.session("todas")
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(cookie=token, csrf=session.csrf_token, bearer=house.machine()), "utf-8")
    with listening(house.app) as port:
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"http://127.0.0.1:{port}/api/openapi.json",
        ]
        command += ["--phases", phase, "--workers", "1", "--seed", "20261121"]
        command += ["--max-examples", os.environ.get("CORDILLERA_API_EXAMPLES", "4")]
        command += ["--suppress-health-check", "too_slow"]  # a busy machine says nothing about the node
        command += ["--exclude-operation-id", "log_out"]  # it would end the session the others need
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]

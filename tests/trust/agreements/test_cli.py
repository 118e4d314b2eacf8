"""`cordillera agreement`: one JSON value per command, exit 1 for what is refused."""

import json
from collections.abc import Callable
from importlib import resources

import pytest
from tests.trust.agreements.signing import root, text

from cordillera.cli.main import app
from cordillera.foundation.errors import CordilleraError
from cordillera.trust.agreements.loading import SHIPPED as SHIPPED_IDS

Run = Callable[..., tuple[int, str, str]]
SHIPPED = resources.files("cordillera.trust.agreements") / "shipped"
REQUEST = {
    "agreement_id": "us-ec-2025", "service": "query.person", "action": "send_query",
    "sender_country": "EC", "recipient_country": "US", "at": "2026-11-21T12:00:00Z",
    "purpose": "drug_trafficking", "offence": "drug_trafficking", "max_penalty_months": 120,
    "case_ref": "EC-1", "officer_id": "o1", "officer_roles": ["watch_officer"],
    "subject_category": "suspect", "fields": ["full_name"], "individual_case": True,
    "environment": "exercise", "queries_today": 0, "officer_queries_today": 0, "grounds": ["list_match"],
}  # fmt: skip


@pytest.fixture
def run(tmp_path, capfdbinary, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process, without a node; a typed error exits 1, as in `main`."""

    monkeypatch.delenv("CORDILLERA_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "no-node"))

    def call(*words: str) -> tuple[int, str, str]:
        code, refused = 0, ""
        try:
            app(["agreement", *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        except CordilleraError as error:
            code, refused = 1, str(error)
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode() + refused

    return call


def test_list_names_the_shipped_agreements(run):
    code, out, _ = run("list", "--json")
    assert code == 0
    assert [row["id"] for row in json.loads(out)] == sorted(SHIPPED_IDS)


def test_show_sets_articles_beside_their_policies(run):
    code, out, _ = run("show", "us-ec-2025", "--json")
    view = json.loads(out)
    (clause,) = [clause for clause in view["clauses"] if clause["id"] == "US-EC/art1.5"]
    assert code == 0
    assert clause["rules"] == ["min_penalty"]
    assert any("context.max_penalty_months > 12" in policy for policy in clause["policies"])
    assert "Caso individual" in run("show", "us-ec-2025", "--language", "es")[1]


@pytest.mark.parametrize("name", ["us-ec-2025", str(SHIPPED / "us-cl-2025.json")])
def test_coverage_counts_articles(run, name):
    code, out, _ = run("coverage", name, "--json")
    counted = json.loads(out)
    assert code == 0
    assert list(counted) == ["articles", "ruled", "human_duty", "unmapped"]
    assert counted["unmapped"] == 0


def test_simulate_prints_the_decision_with_every_article(run, tmp_path):
    file = tmp_path / "request.json"
    file.write_text(json.dumps(REQUEST))
    code, out, _ = run("simulate", str(file), "--json")
    assert (code, json.loads(out)["allow"]) == (0, True)
    file.write_text(json.dumps(REQUEST | {"max_penalty_months": 6, "case_ref": ""}))
    code, out, _ = run("simulate", str(file), "--json")
    assert code == 1
    assert set(json.loads(out)["violated"]) == {"US-EC/art1.5", "US-EC/art3.2", "US-EC/art5.1"}


def test_simulate_denies_what_is_missing_or_wrong_and_refuses_what_it_does_not_know(run, tmp_path):
    file = tmp_path / "request.json"
    file.write_text("{}")
    code, out, _ = run("simulate", str(file), "--json")
    assert (code, json.loads(out)["violated"]) == (1, ["cordillera/known_agreement"])
    file.write_text(json.dumps(REQUEST | {"max_penalty_months": "120", "at": "yesterday"}))
    code, out, _ = run("simulate", str(file))
    assert code == 1
    assert "Cannot be read: greatest penalty" in out
    assert "No puede leerse: pena máxima" in run("simulate", str(file), "--language", "es")[1]
    file.write_text(json.dumps(REQUEST | {"nationality": "XX"}))
    code, _, err = run("simulate", str(file))
    assert code == 1
    assert "unknown names: nationality" in err


def test_check_names_every_problem_of_a_file(run, tmp_path):
    value = json.loads((SHIPPED / "us-ec-2025.json").read_bytes())
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(value))
    code, out, _ = run("check", str(file), "--json")
    assert (code, json.loads(out)["ok"]) == (0, True)
    del value["clauses"][0]["rules"]
    value["services"][0]["purposes"].append("tax_collection")
    file.write_text(json.dumps(value))
    code, out, _ = run("check", str(file), "--json")
    found = [problem["code"] for problem in json.loads(out)["problems"]]
    assert code == 1
    assert found == ["agreements.problem.unmapped", "agreements.problem.purpose"]
    file.write_text('{"id": "a", "id": "b"}')
    code, out, _ = run("check", str(file), "--json")
    assert (code, json.loads(out)["problems"][0]["code"]) == (1, "json.duplicate_key")


def test_an_unknown_agreement_or_file_exits_1(run, tmp_path):
    assert run("show", "us-xx-1999")[0] == 1
    assert run("check", str(tmp_path / "none.json"))[0] == 1


def test_coverage_counts_treaty_articles_not_clauses(run, tmp_path):
    file = tmp_path / "draft.json"
    file.write_bytes(text(articles=30))
    counted = json.loads(run("coverage", str(file), "--json")[1])
    assert counted == {"articles": 30, "ruled": 13, "human_duty": 9, "unmapped": 8}
    assert "agreements.problem.article_missing" in run("check", str(file), "--json")[1]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"# Treaty\n\nThe states parties ...", "agreements.outside.not_json"),
        (b"[1, 2]", "agreements.outside.not_an_object"),
        (b'{"title": "MLAT", "acts": ["taking testimony"]}', "agreements.outside.unknown"),
    ],
)
def test_what_is_no_agreement_is_outside_the_schema_with_reasons(run, tmp_path, content, code):
    file = tmp_path / "other"
    file.write_bytes(content)
    exit_code, out, _ = run("check", str(file), "--json")
    found = json.loads(out)
    assert (exit_code, found["ok"], found["problems"][0]["code"]) == (1, False, "agreements.outside_schema")
    assert code in {reason["code"] for reason in found["outside"]}


def test_an_attempt_with_other_acts_names_each_that_does_not_fit(run, tmp_path):
    value = json.loads(text())
    value["services"][0]["actions"].append("take_testimony")
    value["services"][1]["mode"] = "letter_rogatory"
    value["parties"].append(value["parties"][0] | {"code": "CL"})
    file = tmp_path / "mlat.json"
    file.write_text(json.dumps(value))
    found = json.loads(run("check", str(file), "--json")[1])
    places = " ".join(reason["place"] for reason in found["outside"])
    for word in ("take_testimony", "letter_rogatory", "services[0]", "services[1]", "parties"):
        assert word in places


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("us-nl_mlat_1981_nl.md", {"legal_assistance"}),
        ("un_palermo_convention_nl.md", {"convention", "extradition"}),
    ],
)
def test_treaties_of_another_kind_are_told_apart_by_their_text(run, shared, name, kinds):
    found = json.loads(run("check", str(shared / "exchange/treaties" / name), "--json")[1])
    assert not found["ok"]
    assert kinds <= {reason["code"].rpartition(".")[2] for reason in found["outside"]}


def test_diff_exits_0_for_the_same_meaning_and_1_for_another(run, tmp_path):
    same, other = tmp_path / "same.json", tmp_path / "other.json"
    same.write_text(json.dumps(json.loads(text()), sort_keys=True, indent=3))
    other.write_bytes(text(purposes=[*json.loads(text())["purposes"], "tax"]))
    code, out, _ = run("diff", "us-ec-2025", str(same), "--json")
    assert (code, json.loads(out)["same"]) == (0, True)
    code, out, _ = run("diff", "us-ec-2025@1", str(other), "--json")
    assert (code, json.loads(out)["changes"][0]["after"]) == (1, "tax")
    assert "Finalidad: - -> tax" in run("diff", "us-ec-2025", str(other), "--language", "es")[1]
    assert run("diff", "us-ec-2025", "us-ec-2025@9")[0] == 1


def test_lint_names_smells_and_exits_0(run):
    code, out, _ = run("lint", "us-ec-2025", "--json")
    assert code == 0
    assert {"level": "warning", "code": "assumed_term", "place": "art1.5"} in json.loads(out)


def test_two_roots_sign_a_file_that_is_then_verified(run, tmp_path):
    plain, once, twice = (tmp_path / name for name in ("plain.json", "once.json", "twice.json"))
    plain.write_bytes(text())
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("an invented passphrase\n")
    for country in ("EC", "US"):
        root(country).save(tmp_path / f"{country}.root", "an invented passphrase")
    words = ("--passphrase-file", str(passphrase))
    for source, party, out in ((plain, "EC", once), (once, "US", twice)):
        key = ("--root", str(tmp_path / f"{party}.root"))
        code, told, _ = run("sign", str(source), "--party", party, *key, "--out", str(out), *words, "--json")
        assert code == 0
    assert json.loads(told)["signed_by"] == ["EC", "US"]
    roots = [part for party in ("EC", "US") for part in ("--root", f"{party}={tmp_path / party}.root")]
    code, out, _ = run("verify", str(twice), *roots, "--json")
    assert (code, json.loads(out)["ok"]) == (0, True)
    assert run("verify", str(once), *roots)[0] == 1
    assert run("verify", str(twice))[0] == 1
    twice.write_text(twice.read_text().replace("per_officer", "per_0fficer", 1))
    assert run("verify", str(twice), *roots)[0] == 1
    assert run("check", str(once), "--json")[0] == 0

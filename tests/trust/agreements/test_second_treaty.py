"""The whole of US-NL 2010 is encoded, and a treaty that nobody here has seen fits the schema as it is."""

import json
import re

import pytest

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.decide import decide
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import load_agreement, load_shipped
from cordillera.trust.agreements.model import Text, text_digest
from cordillera.trust.agreements.trial import Trial
from cordillera.trust.agreements.views import coverage_of
from cordillera.trust.agreements.vocabulary import Status

US_NL = next(loaded for loaded in load_shipped() if loaded.agreement.id == "us-nl-2010")
IN_FORCE = AgreementState(Status.IN_FORCE)


@pytest.fixture
def query(spoilt):
    """A fingerprint query from the Netherlands that the treaty allows, with other values."""

    def change(**values):
        fitting = {
            "agreement_id": "us-nl-2010", "sender_country": "NL", "service": "query.fingerprint",
            "purpose": "serious_crime", "offence": "homicide", "fields": ("fingerprint_template",),
            "grounds": ("case",), "environment": "production",
        }  # fmt: skip
        return spoilt(**fitting | values)

    return change


def judged(request):
    return decide(US_NL, IN_FORCE, request)


def test_every_article_of_the_treaty_is_a_rule_or_a_duty(shared):
    text = (shared / "exchange/treaties/us-nl_pcsc_2010_nl.md").read_text("utf-8")
    numbers = {int(number) for number in re.findall(r"^### Artikel\s+(\d+)\s*$", text, re.MULTILINE)}
    mapped = {int(re.match(r"art(\d+)", clause.article)[1]) for clause in US_NL.agreement.clauses}
    coverage = coverage_of(US_NL.agreement)
    assert mapped == numbers == set(range(1, 26))
    assert (coverage.articles, coverage.unmapped) == (25, 0)
    assert coverage.ruled + coverage.human_duty == 25


def test_every_numbered_paragraph_of_the_treaty_has_a_clause_of_its_own(shared):
    text = (shared / "exchange/treaties/us-nl_pcsc_2010_nl.md").read_text("utf-8")
    parts = re.split(r"^### Artikel\s+(\d+)\s*$", text, flags=re.MULTILINE)[1:]
    articles = {clause.article.rstrip("abc") for clause in US_NL.agreement.clauses}
    for number, body in zip(parts[::2], parts[1::2], strict=True):
        for paragraph in re.findall(r"^(\d+)\.\s", body, re.MULTILINE):
            assert f"art{number}.{paragraph}" in articles


def test_the_text_is_public_so_nothing_is_assumed():
    assert not [clause.article for clause in US_NL.agreement.clauses if clause.assumed]


def test_our_summaries_are_not_the_text_of_the_treaty(shared):
    text = (shared / "exchange/treaties/us-nl_pcsc_2010_nl.md").read_text("utf-8")
    for clause in US_NL.agreement.clauses:
        assert clause.text.es not in text
        assert clause.text.en not in text


def test_the_figures_are_those_of_the_treaty():
    agreement = US_NL.agreement
    assert agreement.valid.notice_months == 3
    assert agreement.valid.survival
    assert agreement.log_retention_days == 731
    assert agreement.query_erasure == "immediate"
    assert agreement.onward.default == "deny"
    assert agreement.languages == ("nl", "en")


def test_more_than_one_year_means_more_than_one_year(query):
    assert judged(query(max_penalty_months=13)).allow
    assert "US-NL/art1.5" in judged(query(max_penalty_months=12)).violated


def test_the_treaty_decides_by_its_own_paragraphs(query):
    assert judged(query()).permitting[0] == "US-NL/art5.1"
    for values, article in [
        ({"individual_case": False}, "art5.1"),
        ({"officer_roles": ("operator",)}, "art5.4"),
        ({"grounds": ("nationality",)}, "art3"),
        ({"fields": ("full_name",)}, "art4"),
        ({"onward_to": "BE"}, "art13.2"),
        ({"purpose": "tax_collection"}, "art2"),
        ({"subject_category": "witness"}, "art12.2a"),
        ({"sender_country": "BE"}, "art7.1"),
        ({"queries_today": 10**6}, "art16.2c"),
    ]:
        assert f"US-NL/{article}" in judged(query(**values)).violated, values


def test_what_is_supplied_without_request_is_the_list_of_article_11(query):
    notice = query(
        service="notice.suspect", action="send_notice", grounds=("rule_finding",),
        fields=("family_names", "previous_nationalities", "fingerprints", "facts"),
    )  # fmt: skip
    assert judged(notice).permitting[0] == "US-NL/art11.1"
    for field in ("address", "employer", "religion", "attachments", "iris_template"):
        broken = judged(query(service="notice.suspect", action="send_notice", fields=("facts", field)))
        assert "US-NL/art11.2" in broken.violated


def test_dna_waits_for_its_exchange_of_notes_and_serves_exercises_until_then(query):
    dna = {"service": "query.dna", "fields": ("dna_profile",)}
    assert judged(query(**dna)).violated == ("US-NL/art25.2",)
    assert judged(query(**dna, environment="exercise")).allow


def test_as_its_text_names_no_day_of_entry_into_force_it_serves_exercises(query):
    book = PolicyBook.load_shipped()
    assert book.decide(query(environment="exercise")).allow
    assert book.decide(query()).violated == ("US-NL/art25.1",)


# --- an invented treaty between Lorvania (LV is Latvia, so QL) and Marenza (QM): a coast-guard arrangement

RULES = {
    "art1": ("Only offences of at least four years.", [{"rule": "min_penalty", "more_than_months": 47}]),
    "art2": ("Fisheries crime and drug trafficking.", [{"rule": "purpose_listed"}, {"rule": "grounds"}]),
    "art3": (
        "One case at a time, by a judge's leave.",
        [{"rule": "individual_case"}, {"rule": "judicial_authorisation"}],
    ),
    "art4": (
        "Boarding officers, ordered by their command.",
        [{"rule": "officer_role"}, {"rule": "named_officer"}, {"rule": "four_eyes"}],
    ),
    "art5": ("Only from Lorvania to Marenza.", [{"rule": "parties"}, {"rule": "service_listed"}]),
    "annex1.2": ("What a boarding report contains.", [{"rule": "fields_listed"}]),
    "art6": ("Crew members are witnesses until charged.", None),
    "art7": ("Ends on six months' notice.", None),
}


def unseen() -> bytes:
    def clause(article: str, said: str, rules: list[dict] | None) -> dict:
        text = {"es": said, "en": said}
        body = {"rules": rules} if rules else {"human_duty": text}
        digest = text_digest(Text(es=said, en=said))
        return {"article": article, "title": text, "text": text, "sha256": digest, **body}

    service = {
        "type": "boarding.report", "article": "art3", "title": {"es": "Abordaje", "en": "Boarding"},
        "directions": [{"from": "QL", "to": "QM"}], "actions": ["share_finding", "answer_follow_up"],
        "purposes": ["fisheries_crime"], "subject_categories": ["suspect", "none"],
        "data_categories": [
            {"name": "report", "actions": ["share_finding", "answer_follow_up"],
             "fields_allowed": ["vessel", "position", "catch"], "modality": "geospatial"},
        ],
        "preconditions": {"officer_roles": ["boarding_officer"], "four_eyes": True,
                          "judicial_auth_ref": True},
        "quota": {"per_day": 5, "per_officer": 2},
    }  # fmt: skip
    return json.dumps({
        "id": "ql-qm-coast", "code": "QL-QM", "title": {"es": "Guardacostas", "en": "Coast guard"},
        "version": 3, "status": "in_force", "articles": 7,
        "parties": [{"code": "QL", "authority": "Coast guard"}, {"code": "QM", "authority": "Navy"}],
        "legal_basis": [{"instrument": "Invented for a test"}],
        "valid": {"from": "2020-01-01", "notice_months": 6},
        "offence_list": [{"code": "illegal_fishing", "min_max_penalty_months": 48}],
        "purposes": ["fisheries_crime"], "grounds": ["sensor_track", "case"], "services": [service],
        "hit_followup": {"sla_hours": 72, "approval": "judicial"},
        "handling_defaults": {"tlp": "GREEN"}, "retention": [], "log_retention_days": 365,
        "correction": {"sla_hours": 12},
        "redress": {"authority": "Ombudsman", "languages": ["en"], "deadline_days": 60},
        "oversight": {}, "languages": ["en"],
        "suspension": {"who": "Either", "effect": {"es": "Cesa.", "en": "It stops."}},
        "clauses": [clause(article, said, rules) for article, (said, rules) in RULES.items()],
    }).encode()  # fmt: skip


def test_an_unseen_treaty_needs_no_change_of_the_schema(spoilt):
    loaded = load_agreement(unseen())
    assert coverage_of(loaded.agreement).unmapped == 0
    book = PolicyBook([loaded], {"ql-qm-coast": IN_FORCE})
    report = {
        "agreement_id": "ql-qm-coast", "service": "boarding.report", "action": "share_finding",
        "sender_country": "QL", "recipient_country": "QM", "purpose": "fisheries_crime",
        "offence": "illegal_fishing", "max_penalty_months": 48, "officer_roles": ("boarding_officer",),
        "fields": ("vessel", "catch"), "grounds": ("sensor_track",), "judicial_ref": "ORDER-4",
        "environment": "production",
    }  # fmt: skip
    allowed = book.decide(spoilt(**report))
    assert allowed.allow
    assert allowed.permitting[0] == "QL-QM/art3"
    assert set(allowed.duties) == {"QL-QM/art6", "QL-QM/art7"}
    for values, articles in [
        ({"max_penalty_months": 47}, {"QL-QM/art1", "cordillera/offence_listed"}),
        ({"judicial_ref": ""}, {"QL-QM/art3"}),
        ({"sender_country": "QM", "recipient_country": "QL"}, {"QL-QM/art5"}),
        ({"fields": ("vessel", "crew_names")}, {"QL-QM/annex1.2"}),
        ({"officer_queries_today": 2}, {"cordillera/quota"}),
    ]:
        assert set(book.decide(spoilt(**report | values)).violated) == articles


def test_trials_over_an_unseen_treaty_are_allowed_as_they_are_drawn():
    book = PolicyBook([loaded := load_agreement(unseen())])
    trial = Trial([loaded], seed=5)
    for request in [*trial.covering(loaded), *(trial.fitting() for _ in range(50))]:
        decision = book.decide(request)
        assert decision.allow == (request.max_penalty_months >= 48), decision.violated

"""A treaty of another kind, all 25 articles of US-NL 2010, fits the schema without changing it."""

import json
import re

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import load_agreement
from cordillera.trust.agreements.model import Text, text_digest
from cordillera.trust.agreements.views import coverage_of
from cordillera.trust.agreements.vocabulary import Status

TWO_WAYS = [{"from": "NL", "to": "US"}, {"from": "US", "to": "NL"}]
ARTICLES: dict[str, tuple[str, list[dict] | None]] = {
    "art1.5": (
        "More than one year.",
        [{"rule": "min_penalty", "more_than_months": 12}],
    ),
    "art2": ("Aim: preventing and investigating serious crime.", [{"rule": "purpose_listed"}]),
    "art3": ("Only where circumstances give reason.", [{"rule": "grounds"}, {"rule": "offence_listed"}]),
    "art4": ("Link data are made available.", None),
    "art5": (
        "Individual cases.",
        [{"rule": "individual_case"}, {"rule": "officer_role"}],
    ),
    "art6": ("Further data under national law.", [{"rule": "human_confirmation"}]),
    "art7": ("Contact points for fingerprints.", [{"rule": "parties"}, {"rule": "service_listed"}]),
    "art8": ("DNA queries where both laws allow.", [{"rule": "judicial_authorisation"}]),
    "art9": ("Further data after a DNA match.", None),
    "art10": ("Contact points for DNA.", None),
    "art11": ("Spontaneous supply, closed list.", [{"rule": "fields_listed"}, {"rule": "subject_category"}]),
    "art12": ("Adequate, kept no longer than needed.", None),
    "art13": ("Onward only with consent.", [{"rule": "onward_consent"}]),
    "art14": ("Correct, block, erase.", None),
    "art15": ("Log for two years.", None),
    "art16": ("Only permissible queries.", [{"rule": "well_formed"}, {"rule": "quota"}]),
    "art17": ("Information to persons.", None),
    "art18": ("Independent oversight.", None),
    "art19": ("Report use on request.", None),
    "art20": ("Other agreements untouched.", None),
    "art21": ("Consultation.", None),
    "art22": ("Costs.", None),
    "art23": ("Three months' notice; terms survive.", None),
    "art24": ("Amendment.", None),
    "art25": ("Entry into force.", [{"rule": "in_force"}, {"rule": "environment"}]),
}


def clause(article: str, said: str, rules: list[dict] | None) -> dict:
    text = {"es": said, "en": said}
    found = {"article": article, "title": text, "text": text, "sha256": text_digest(Text(es=said, en=said))}
    return found | ({"rules": rules} if rules else {"human_duty": text})


def service(kind: str, article: str, fields: list[str], *, judge: bool = False) -> dict:
    return {
        "type": kind,
        "article": article,
        "title": {"es": kind, "en": kind},
        "directions": TWO_WAYS,
        "actions": ["send_query", "answer_query"],
        "purposes": ["serious_crime"],
        "subject_categories": ["suspect"],
        "data_categories": [
            {"name": "query", "actions": ["send_query"], "fields_allowed": fields, "modality": "biometric"},
            {"name": "link", "actions": ["answer_query"], "fields_allowed": ["outcome", "reference"]},
        ],
        "preconditions": {"officer_roles": ["examiner"], "judicial_auth_ref": judge},
        "quota": {"per_day": 50, "per_officer": 10},
    }


def us_nl() -> dict:
    return {
        "id": "us-nl-2010", "code": "US-NL", "title": {"es": "US-NL", "en": "US-NL"}, "version": 1,
        "status": "in_force",
        "parties": [{"code": "NL", "authority": "National unit"}, {"code": "US", "authority": "Agency"}],
        "legal_basis": [{"instrument": "Agreement on preventing and combating serious crime, 2010"}],
        "valid": {"from": "2010-11-19", "notice_months": 3},
        "offence_list": [{"code": "serious_crime"}, {"code": "terrorism"}],
        "purposes": ["serious_crime"],
        "grounds": ["case", "biometric_match"],
        "services": [
            service("query.fingerprint", "art5", ["fingerprint_template"]),
            service("query.dna", "art8", ["dna_profile"], judge=True),
        ],
        "hit_followup": {"sla_hours": 0, "approval": "officer"},
        "handling_defaults": {"tlp": "AMBER"},
        "retention": [],
        "log_retention_days": 731,
        "correction": {"sla_hours": 72},
        "redress": {"authority": "Data protection authority", "languages": ["nl", "en"], "deadline_days": 30},
        "oversight": {},
        "languages": ["nl", "en"],
        "suspension": {"who": "Either party", "effect": {"es": "Cesa.", "en": "It stops."}},
        "clauses": [clause(article, said, rules) for article, (said, rules) in ARTICLES.items()],
    }  # fmt: skip


def test_every_article_of_the_treaty_is_a_rule_or_a_duty(shared):
    text = (shared / "exchange/treaties/us-nl_pcsc_2010_nl.md").read_text("utf-8")
    numbers = {int(number) for number in re.findall(r"^### Artikel\s+(\d+)\s*$", text, re.MULTILINE)}
    loaded = load_agreement(json.dumps(us_nl()).encode())
    mapped = {int(re.match(r"art(\d+)", clause.article)[1]) for clause in loaded.agreement.clauses}
    assert mapped == numbers == set(range(1, 26))
    assert coverage_of(loaded.agreement).unmapped == 0


def test_the_treaty_decides_by_its_own_articles(spoilt):
    signed = {"us-nl-2010": AgreementState(Status.IN_FORCE)}
    book = PolicyBook([load_agreement(json.dumps(us_nl()).encode())], signed)
    query = {
        "agreement_id": "us-nl-2010", "sender_country": "NL", "service": "query.fingerprint",
        "purpose": "serious_crime", "offence": "terrorism", "officer_roles": ("examiner",),
        "fields": ("fingerprint_template",), "grounds": ("case",), "environment": "production",
    }  # fmt: skip
    assert book.decide(spoilt(**query)).permitting[0] == "US-NL/art5"
    assert book.decide(spoilt(**query, max_penalty_months=12)).violated == ("US-NL/art1.5",)
    dna = query | {"service": "query.dna", "fields": ("dna_profile",)}
    assert book.decide(spoilt(**dna)).violated == ("US-NL/art8",)
    assert book.decide(spoilt(**dna, judicial_ref="RC-1")).allow

import pytest

from cordillera.desks.people.compare_core import align, contradicting, crossing
from cordillera.desks.people.compare_engine import like, listed_of
from cordillera.engines.names.model import Subject


def drawn(left: str, right: str, birth: str = "", listed: tuple[str, ...] = ()):
    likeness = like(Subject("1", left, date_of_birth=birth), listed_of("2", (right,), listed, ()))
    return likeness, align(likeness.terms)


def test_every_term_is_drawn_once_and_the_parts_sum_to_the_score():
    likeness, found = drawn("Jhon Velez Mora", "Torres, John Velez", "1985-08-05", ("1979-01-31",))
    alone = [word.worth for word in (*found.left, *found.right) if word.worth is not None]
    parts = [tie.worth for tie in found.ties] + alone + [term.contribution for term in found.others]
    assert sum(parts) == likeness.score


def test_words_in_another_order_cross():
    assert crossing(drawn("Jhon Velez", "Velez Jhon")[1].ties)
    assert not crossing(drawn("Jhon Velez", "Jhon Velez")[1].ties)


def test_what_contradicts_comes_first():
    likeness, _ = drawn("Jhon Velez", "Jhon Velez", "1985-08-05", ("1952-01-31",))
    assert contradicting(likeness.terms)[0].contribution < 0


def test_names_in_two_scripts_and_with_hidden_marks_are_drawn():
    for left, right in (("Xi Jinping", "习近平"), ("محمد القاضي", "Muhammad al-Qadhi"), ("An\u202ea", "Ana")):
        _, found = drawn(left, right)
        assert found.height > 0


def test_a_comparison_has_a_page_and_no_name_in_its_address(analyst):
    sent = {"left": "Jhon Vélez 1985", "right": "John Velez Torres 05/08/1985"}
    answer = analyst.post("/people/compare", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    assert "elez" not in answer.headers["location"].lower()
    for language in ("es", "en", "qps"):
        page = analyst.get(f"{answer.headers['location']}?lang={language}")
        assert page.status_code == 200
        assert "<svg" in page.text
        assert "style=" not in page.text
    twin = analyst.get(f"{answer.headers['location']}.json").json()
    assert set(twin["drawn"]["likeness"]) >= {"similarity", "probability", "completeness"}


def test_of_two_lines_no_list_is_spoken_and_what_speaks_against_is_called_so(analyst):
    sent = {"left": "Abdul Alkadi Torres", "right": "Abdurrahman Alkadi Trinidad Montenegro Quishpe"}
    address = analyst.post("/people/compare", data=sent, follow_redirects=False).headers["location"]
    page = analyst.get(f"{address}?lang=en").text
    assert "it speaks against the same person" in page
    assert "Only in the second name" in page
    assert "Only in the list" not in page


@pytest.mark.parametrize(
    "sent", [{"left": "", "right": ""}, {"left": "Ana"}, {"left": "Ana", "right": "1985"}]
)
def test_two_names_are_needed(analyst, sent):
    assert analyst.post("/people/compare", data=sent).status_code == 422

import pytest
from tests.web.house import PASSWORD

pytest_plugins = ["tests.browser.live"]
pytestmark = pytest.mark.browser


def test_officer_logs_in_chooses_a_password_and_a_purpose_by_keyboard_only(live):
    once = live.house.officer("mquishpe", ready=False)
    page = live.page()
    page.goto("/")
    assert page.url.endswith("/login")
    keys = page.keyboard
    page.locator("#f-login").focus()
    keys.type("mquishpe")
    keys.press("Tab")
    keys.type(once)
    keys.press("Enter")
    page.wait_for_url("**/account/password")
    for _ in range(30):
        keys.press("Tab")
        if page.evaluate("document.activeElement.id") == "f-new":
            break
    keys.type(PASSWORD)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/account/purpose")
    page.locator("input[name=agency]").first.focus()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    page.wait_for_url(live.base + "/")
    assert "María Quishpe" in page.locator("h1").inner_text()
    assert live.complaints == []


def test_session_cookie_holds_on_loopback_and_is_out_of_reach_of_scripts(live):
    live.house.officer("mquishpe")
    page = live.page()
    page.goto("/login")
    page.fill("#f-login", "mquishpe")
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url("**/account/purpose")
    cookie = next(c for c in page.context.cookies() if c["name"] == "__Host-cordillera-ec")
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (
        True,
        True,
        "Strict",
        "/",
    )
    assert cookie["value"] not in page.evaluate("document.cookie")


def test_question_mark_shows_the_keys_and_escape_closes_them(live):
    page = live.page()
    live.log_in(page, "mquishpe")
    page.goto("/")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()


def test_slash_reaches_the_search_box_and_escape_leaves_it(live):
    page = live.page()
    live.log_in(page, "mquishpe")
    page.goto("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("a/d?")
    assert page.input_value("#search") == "a/d?"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "search"


def test_j_and_k_walk_the_rows_and_enter_opens(live):
    page = live.page()
    live.log_in(page, "mquishpe")
    page.goto("/")
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") == rows.nth(1).get_attribute("href")
    page.keyboard.press("k")
    target = rows.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


def test_page_works_without_javascript(live):
    live.house.officer("mquishpe")
    context = live.chromium.new_context(java_script_enabled=False, base_url=live.base)
    page = context.new_page()
    page.goto("/login")
    page.fill("#f-login", "mquishpe")
    page.fill("#f-password", PASSWORD)
    page.click("button[type=submit]")
    page.check("input[value=border_control]")
    page.click("button[type=submit]")
    assert "María Quishpe" in page.locator("h1").inner_text()
    context.close()


def test_chosen_language_and_theme_stay(live):
    page = live.page(theme="auto")
    page.goto("/login?lang=en")
    assert page.url.endswith("/login")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/login?theme=dark")
    page.goto("/login")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("h1").inner_text() == "Log in"

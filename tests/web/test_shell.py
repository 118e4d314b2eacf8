import pytest

from cordillera.foundation.settings import WebSettings
from cordillera.trust.access.pages import safe_next
from cordillera.web.serve import TlsNeeded, check_transport


def test_every_answer_carries_the_policy_and_is_not_stored(house):
    with house.visitor() as visitor:
        for path in ("/login", "/nowhere", "/api/health", "/api/nowhere"):
            headers = visitor.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(
                policy.split("; ")
            )
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert len(headers["x-request-id"]) == 32
            assert "server" not in headers


def test_built_files_may_be_kept_for_a_year(house):
    page = house.visitor().get("/login").text
    address = next(part for part in page.split('"') if part.endswith(".css"))
    answer = house.visitor().get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path", ["/static/assets/../manifest.json", "/static/assets/%2e%2e%2fmanifest.json", "/static/assets/x"]
)
def test_nothing_but_built_files_is_served(house, path):
    assert house.visitor().get(f"/static/assets/{path}").status_code in {404, 422}


def test_condition_1_foreign_host_name_is_refused(house):
    answer = house.visitor().get("/login", headers={"host": "evil.test"})
    assert (answer.status_code, answer.json()["type"]) == (400, "web.wrong_host")


@pytest.mark.parametrize("address", ["/api/health?x=%00", "/a%00b", "/account?next=a%00"])
def test_condition_2_nul_byte_is_refused_before_anything_reads_it(house, address):
    assert house.visitor().get(address).status_code == 422


def test_condition_3_page_with_json_suffix_is_its_twin_under_the_same_permission(house):
    with house.browser() as browser:
        twin = browser.get("/account.json")
        assert twin.headers["content-type"] == "application/json"
        assert twin.json()["login"] == "mquishpe"
        refused = browser.get("/officers.json")
        assert (refused.status_code, refused.json()["type"]) == (403, "access.permission_missing")
    assert house.visitor().get("/account.json", follow_redirects=False).status_code == 401


def test_condition_4_language_is_kept_in_a_cookie_and_leaves_the_address(house):
    with house.visitor() as visitor:
        answer = visitor.get("/login?next=/flights&lang=en", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fflights")
        assert 'lang="en"' in visitor.get("/login").text


def test_language_of_the_browser_counts_before_one_is_chosen(house):
    visitor = house.visitor()
    assert 'lang="en"' in visitor.get("/login", headers={"accept-language": "fr, en;q=0.8, es;q=0.1"}).text
    assert 'lang="es"' in visitor.get("/login", headers={"accept-language": "qu, ;q=x"}).text


def test_language_link_cannot_lead_away(house):
    answer = house.visitor().get("https://127.0.0.1:8700//evil.test/?lang=en", follow_redirects=False)
    assert "evil" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:x", "", "/a\nb", "/logout"]
)
def test_page_after_login_is_always_ours(target):
    assert safe_next(target) == "/"


def test_page_after_login_may_be_any_of_ours():
    assert safe_next("/alerts/1?tab=history") == "/alerts/1?tab=history"


def test_condition_1_without_certificate_the_site_stays_on_loopback():
    check_transport(WebSettings(host="127.0.0.1"))
    check_transport(WebSettings(host="::1"))
    check_transport(WebSettings(host="localhost"))
    for host in ("0.0.0.0", "192.0.2.1", "node.example"):
        with pytest.raises(TlsNeeded):
            check_transport(WebSettings(host=host))


def test_condition_2_certificate_and_key_must_both_be_there(tmp_path):
    certificate, key = tmp_path / "site.pem", tmp_path / "site.key"
    certificate.touch()
    with pytest.raises(TlsNeeded):
        check_transport(WebSettings(host="0.0.0.0", tls_certificate=str(certificate), tls_key=str(key)))
    key.touch()
    check_transport(WebSettings(host="0.0.0.0", tls_certificate=str(certificate), tls_key=str(key)))

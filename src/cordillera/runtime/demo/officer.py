"""An officer's way through a node's site without a browser: log in, choose a password, declare a purpose."""

from typing import Any, Self

import httpx2

from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.errors import Unavailable

_SECONDS = 60.0


class StepFailed(Unavailable):
    """The site did not do what the officer asked."""

    code = "demo.step_failed"


class OfficerClient:
    """One officer's session at one site; JSON in and out."""

    def __init__(self, site: str) -> None:
        self._http = httpx2.Client(base_url=site, timeout=_SECONDS)
        self._headers: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Return this client."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close the connections."""
        self._http.close()

    def log_in(self, login: str, one_time_password: str, agency: str, purpose: str) -> None:
        """Log in with a one-time password, replace it, and declare agency and purpose."""
        answer = self._http.post("/api/session", json={"login": login, "password": one_time_password})
        state = _json(answer)
        # The cookie is Secure; browsers send it on loopback all the same, this client is told to.
        name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
        self._http.cookies.clear()
        self._headers = {"cookie": f"{name}={value}", "x-csrf-token": state["csrf_token"]}
        self._choose_password(one_time_password)
        self.post("/api/session/purpose", {"agency": agency, "purpose": purpose})

    def get(self, path: str, **query: object) -> Any:
        """Read JSON; raise `StepFailed`."""
        return _json(self._http.get(path, params=_words(query), headers=self._headers))

    def bytes(self, path: str) -> bytes:
        """Read a file; raise `StepFailed`."""
        return _done(self._http.get(path, headers=self._headers)).content

    def post(self, path: str, body: dict[str, object]) -> Any:
        """Send JSON and read JSON; raise `StepFailed`."""
        return _json(self._http.post(path, json=body, headers=self._headers))

    def _choose_password(self, old: str) -> None:
        new = f"demo-{token_bytes(12).hex()}"
        form = {"old": old, "new": new, "again": new}
        answer = self._http.post("/account/password", data=form, headers=self._headers)
        if answer.status_code != 303:
            raise StepFailed(step="/account/password", status=answer.status_code)
        cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        if cookie:
            self._headers["cookie"] = cookie


def _words(query: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items()}


def _done(answer: httpx2.Response) -> httpx2.Response:
    if not answer.is_success:
        raise StepFailed(step=answer.request.url.path, status=answer.status_code, answer=answer.text[:500])
    return answer


def _json(answer: httpx2.Response) -> Any:
    return _done(answer).json()

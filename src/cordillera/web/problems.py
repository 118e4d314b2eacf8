"""Errors as answers: RFC 9457 problem documents for programs, designed pages for people.

Neither repeats what was sent: a problem names its type (a message id), its status, its title and the
request id, and for values that do not fit, which value and why. Status codes live here and nowhere else.

>>> status_of(NotFound())
404
"""

from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.response.base import ASGIResponse

from cordillera.foundation.errors import (
    BadInput,
    Conflict,
    CordilleraError,
    NotFound,
    NotPermitted,
    Unavailable,
)
from cordillera.trust.access.errors import (
    NotLoggedIn,
    PasswordNotReplaced,
    PurposeMissing,
    TooManyAttempts,
    WrongLogin,
)
from cordillera.trust.access.page import Page
from cordillera.web.call import call_of, is_api
from cordillera.web.errors import ErrorView

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not logged in",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not acceptable values",
    429: "Too many attempts",
    431: "Head too long",
    500: "Internal error",
    503: "Unavailable",
}
_STATUS: tuple[tuple[type[CordilleraError], int], ...] = (
    (NotLoggedIn, 401),
    (WrongLogin, 401),
    (TooManyAttempts, 429),
    (NotPermitted, 403),
    (NotFound, 404),
    (Conflict, 409),
    (BadInput, 422),
    (Unavailable, 503),
)


class ProblemDocument(msgspec.Struct, frozen=True):
    """The body of a problem answer (RFC 9457, section 3)."""

    type: str
    title: str
    status: int
    request_id: str
    detail: str = ""


class Problem(msgspec.Struct, frozen=True):
    """An error on its way out."""

    status: int
    type: str
    detail: str = ""
    headers: dict[str, str] = {}

    def document(self, request_id: str) -> ProblemDocument:
        """Return the body of the answer."""
        return ProblemDocument(
            type=self.type,
            title=TITLES.get(self.status, TITLES[500]),
            status=self.status,
            request_id=request_id,
            detail=self.detail,
        )

    def answer(self, request_id: str) -> ASGIResponse:
        """Return the whole answer for programs."""
        return ASGIResponse(
            body=msgspec.json.encode(self.document(request_id)),
            status_code=self.status,
            media_type=MEDIA_TYPE,
            headers=self.headers,
        )


def status_of(error: CordilleraError) -> int:
    """Return the status for an error of our tree."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem_of(error: Exception) -> Problem:
    """Turn any error into a problem; what is not known to be harmless is left out."""
    if isinstance(error, TooManyAttempts):
        return Problem(429, error.code, headers={"retry-after": str(error.facts.get("seconds", 1))})
    if isinstance(error, CordilleraError):
        status = status_of(error)
        return Problem(status, error.code, _detail(error) if status == 422 else "")
    if isinstance(error, ValidationException):
        return Problem(422, "web.wrong_values", _fields(error))
    if isinstance(error, HTTPException):
        status = error.status_code if error.status_code in TITLES else 400
        kept = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return Problem(status, f"web.status_{status}", headers=kept)
    return Problem(500, "web.internal")


def logged_problem(error: Exception, request_id: str) -> Problem:
    """Turn any error into a problem; one of ours to mend is written into the node's log."""
    problem = problem_of(error)
    if problem.status >= 500:
        log.error("web.failed", request_id=request_id, error=type(error).__name__, exc_info=error)
    return problem


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error: JSON below /api/ and for twins, else a page, or the page that mends it."""
    call = call_of(request.scope)
    problem = logged_problem(error, call.request_id)
    if is_api(request.scope):
        document = problem.document(call.request_id)
        return Response(document, status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers)
    target = _way_out(request, error)
    if target:
        return Redirect(target, status_code=303)
    known = problem.status if problem.status in {400, 403, 404, 405, 409, 413, 415, 422, 429, 503} else 500
    waits = isinstance(error, TooManyAttempts)
    text = problem.type if waits else f"error.{known}.text"
    seconds = int(problem.headers["retry-after"]) if waits else 0
    view = ErrorView(known, problem.type, call.request_id, text, seconds)
    page = Page("shell/error.html", view, problem.status)
    answer = request.app.response_class or Response
    return answer(page, headers=problem.headers)


def _way_out(request: Request[Any, Any, Any], error: Exception) -> str:
    """Return the page where the reason for a refusal can be mended, or ""."""
    path = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    here = quote(f"{path}?{query}" if query else path, safe="") if request.method == "GET" else ""
    if isinstance(error, NotLoggedIn):
        return f"/login?next={here}" if here and here != "%2F" else "/login"
    if isinstance(error, PasswordNotReplaced):
        return "/account/password"
    if isinstance(error, PurposeMissing):
        return f"/account/purpose?next={here}" if here else "/account/purpose"
    return ""


def _detail(error: CordilleraError) -> str:
    """Name the value that does not fit, never the value itself."""
    names = ("condition", "field", "name", "reason", "section", "segment", "row")
    told = (f"{name}: {error.facts[name]}" for name in names if name in error.facts)
    return "; ".join(told)[:500]


def _fields(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    told = {str(item.get("key", "")) for item in extra if isinstance(item, dict)}
    return "; ".join(f"field: {name}" for name in sorted(told))[:500]

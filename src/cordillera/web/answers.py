"""What a handler returns becomes an answer: a `Page` is rendered, or sent as JSON for its twin."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response.base import ASGIResponse

from cordillera.trust.access.page import Page
from cordillera.web.call import call_of
from cordillera.web.errors import ErrorView
from cordillera.web.site import Site


class Answer(Response[Any]):
    """The response class of the application."""

    def to_asgi_response(self, app: Any, request: Request[Any, Any, Any], **given: Any) -> ASGIResponse:
        """Render pages; leave everything else as Litestar has it."""
        if not isinstance(self.content, Page):
            return super().to_asgi_response(app, request, **given)
        page, call = self.content, call_of(request.scope)
        if call.twin:
            body, media_type = msgspec.json.encode(page.view), "application/json"
        else:
            body, media_type = _html(request, page), "text/html"
        return ASGIResponse(
            body=body,
            status_code=page.status,
            media_type=media_type,
            cookies=self.cookies,
            headers={**self.headers, "vary": "cookie, accept-language"},
            is_head_response=request.method == "HEAD",
        )


def _html(request: Request[Any, Any, Any], page: Page) -> bytes:
    site: Site = request.app.state["site"]
    if isinstance(page.view, ErrorView):  # what was asked for is not repeated in the links of an error page
        return site.render(page, call_of(request.scope), "/", ()).encode()
    query = [(name, str(value)) for name, value in request.query_params.multi_items()]
    return site.render(page, call_of(request.scope), request.scope["path"], query).encode()

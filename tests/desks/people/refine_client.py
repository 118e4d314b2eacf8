"""A small client of the reconciliation API 0.2, written from the specification; knows nothing of our code.

It validates what it is given against schemas written here from the report's tables (2023-04-10, sections 3 to
7), discovers every address from the manifest, and sends what OpenRefine sends.
"""

import json
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import jsonschema_rs

NAMED = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "required": ["id"],
}
TYPES = {"type": "array", "items": {"oneOf": [NAMED, {"type": "string"}]}}
SERVICE = {
    "type": "object",
    "properties": {"service_url": {"type": "string"}, "service_path": {"type": "string"}},
}
TEMPLATE = {"type": "string", "pattern": r".*\{\{id\}\}.*"}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "items": {"type": "string"}, "contains": {"enum": ["0.2"]}},
        "name": {"type": "string"},
        "identifierSpace": {"type": "string"},
        "schemaSpace": {"type": "string"},
        "documentation": {"type": "string"},
        "serviceVersion": {"type": "string"},
        "defaultTypes": {
            "type": "array",
            "uniqueItems": True,
            "items": {**NAMED, "required": ["id", "name"]},
        },
        "view": {"type": "object", "required": ["url"], "properties": {"url": TEMPLATE}},
        "preview": {
            "type": "object",
            "required": ["url", "width", "height"],
            "properties": {"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}},
        },
        "suggest": {"type": "object", "properties": dict.fromkeys(("entity", "property", "type"), SERVICE)},
        "extend": {
            "type": "object",
            "properties": {
                "propose_properties": SERVICE,
                "property_settings": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["type", "label", "name"],
                        "properties": {"type": {"enum": ["number", "text", "checkbox", "select"]}},
                    },
                },
            },
        },
        "authentication": {
            "type": "object",
            "required": ["type", "name", "in"],
            "properties": {"type": {"enum": ["apiKey"]}, "name": {}, "in": {"enum": ["query", "header"]}},
            "additionalProperties": False,
        },
    },
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score"],
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "type": TYPES,
                        "features": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "id": {"type": "string"},
                                    "value": {"type": ["number", "boolean"]},
                                },
                            },
                        },
                    },
                },
            }
        },
    },
}
SUGGESTED = {
    "type": "object",
    "required": ["result"],
    "properties": {
        "result": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {"description": {"type": "string"}, "notable": TYPES},
            },
        }
    },
}
CELL = {
    "oneOf": [
        {
            "type": "object",
            "required": ["str"],
            "properties": {"str": {"type": "string"}},
            "additionalProperties": False,
        },
        {"type": "object", "required": ["float"], "additionalProperties": False, "properties": {"float": {}}},
    ]
}
EXTENSION = {
    "type": "object",
    "required": ["meta", "rows"],
    "properties": {
        "meta": {"type": "array", "items": {**NAMED, "required": ["id", "name"]}},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": CELL},
            },
        },
    },
}
PROPOSED = {
    "type": "object",
    "required": ["properties"],
    "properties": {"properties": {"type": "array", "items": {**NAMED, "required": ["id", "name"]}}},
}


class Refine:
    """One reconciliation service, found by its address alone."""

    def __init__(self, http: httpx2.Client, address: str) -> None:
        self._http = http
        self.address = address
        self.manifest = self._checked(http.get(self._local(address)), MANIFEST)

    def reconcile(self, queries: dict[str, Any], *, by_get: bool = False) -> dict[str, Any]:
        """Send a batch as a form, or in the address."""
        text = json.dumps(queries)
        if by_get:
            answer = self._http.get(self._local(self.address, queries=text))
        else:
            answer = self._http.post(self._local(self.address), data={"queries": text})
        return self._checked(answer, RESULTS)

    def extend(self, ids: list[str], properties: list[dict[str, Any]]) -> dict[str, Any]:
        """Fetch properties of entities."""
        text = json.dumps({"ids": ids, "properties": properties})
        return self._checked(self._http.post(self._local(self.address), data={"extend": text}), EXTENSION)

    def suggest(self, kind: str, prefix: str) -> list[dict[str, Any]]:
        """Ask for suggestions as the widget in the browser does: from another origin, without a cookie."""
        place = self.manifest["suggest"][kind]
        answer = self._http.get(
            self._local(place["service_url"] + place["service_path"], prefix=prefix),
            headers={"origin": "http://127.0.0.1:3333", "sec-fetch-site": "cross-site"},
        )
        assert answer.headers["access-control-allow-origin"] == "*"
        return self._checked(answer, SUGGESTED)["result"]

    def proposed(self, kind: str) -> list[dict[str, Any]]:
        """Properties that can be fetched."""
        place = self.manifest["extend"]["propose_properties"]
        answer = self._http.get(
            self._local(place["service_url"] + place["service_path"], type=kind, limit="7")
        )
        return self._checked(answer, PROPOSED)["properties"]

    def preview(self, given: str) -> httpx2.Response:
        """The page that is put into a frame."""
        return self._http.get(self._local(re.sub(r"\{\{id\}\}", given, self.manifest["preview"]["url"])))

    def _local(self, address: str, **more: str) -> str:
        """The address on this host, with more parameters behind those that it has."""
        parts = urlsplit(address)
        query = "&".join(part for part in (parts.query, urlencode(more)) if part)
        return f"{parts.path}?{query}" if query else parts.path

    @staticmethod
    def _checked(answer: httpx2.Response, schema: dict[str, Any]) -> Any:
        assert answer.status_code == 200, answer.text
        value = answer.json()
        jsonschema_rs.validate(schema, value)
        return value

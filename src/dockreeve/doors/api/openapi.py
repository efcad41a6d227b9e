"""The API described for machines: an OpenAPI 3.1 document made of the table of endpoints, at /api/openapi.json."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from dockreeve import __version__
from dockreeve.doors.api.endpoint import Endpoint, Nothing
from dockreeve.doors.api.endpoints import ENDPOINTS
from dockreeve.doors.api.shapes import parameters, schema
from dockreeve.doors.http import Request, Send, respond
from dockreeve.doors.sign_in import PATHS, OpenEndpoint

_ABOUT = (
    "What the product adds to AWS's own APIs. Requests are signed with AWS Signature Version 4, service name "
    "`dockreeve`, and decided by IAM policies: each says which actions they must allow."
)


@cache
def document() -> Mapping[str, Any]:
    """The whole description."""
    known: dict[str, Any] = {"Error": _ERROR, "SignInError": _SIGN_IN_ERROR}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _signed(endpoint, known)
    for path, one in PATHS.items():
        paths[path] = {"post": _open(one, known)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dockreeve", "version": __version__, "description": _ABOUT},
        "security": [{"sigv4": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(known.items())),
            "securitySchemes": {
                "sigv4": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "AWS Signature Version 4, service name `dockreeve`",
                }
            },
        },
    }


async def serve(request: Request, send: Send) -> None:
    """Answer GET /api/openapi.json. It is the same on every server of a version, hence open to all."""
    if request.method not in ("GET", "HEAD"):
        await respond(send, 405, headers=[(b"allow", b"GET")])
        return
    await respond(send, 200, _bytes(), head=request.method == "HEAD")


@cache
def _bytes() -> bytes:
    return json.dumps(document()).encode()


def _signed(endpoint: Endpoint, known: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": endpoint.does,
        "description": f"A policy must allow: {', '.join(endpoint.actions)}.",
        "operationId": endpoint.run.__name__.strip("_") + "_" + endpoint.path.split("/")[2].replace("-", "_"),
        "responses": _responses(endpoint.answers, "Error", known),
    }
    if endpoint.method == "GET":
        described["parameters"] = [
            one | {"in": "path", "required": True} if f"{{{one['name']}}}" in endpoint.path else one
            for one in parameters(endpoint.asks)
        ]
    elif endpoint.asks is not Nothing:
        described["requestBody"] = _body(schema(endpoint.asks, known), endpoint.example)
    return described


def _open(one: OpenEndpoint, known: dict[str, Any]) -> dict[str, Any]:
    asks = [schema(shape, known) for shape in one.asks]
    return {
        "summary": one.does,
        "description": "Not signed. The content type must be application/json, and the page the console's own.",
        "operationId": one.name,
        "security": [],
        "requestBody": _body(asks[0] if len(asks) == 1 else {"oneOf": asks}, {}),
        "responses": _responses(one.answers, "SignInError", known),
    }


def _body(shape: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": shape} | ({"example": example} if example else {})
    return {"required": True, "content": {"application/json": content}}


def _responses(answers: type, error: str, known: dict[str, Any]) -> dict[str, Any]:
    refused = {"$ref": f"#/components/schemas/{error}"}
    return {
        "200": {"description": "Done.", "content": {"application/json": {"schema": schema(answers, known)}}},
        "default": {"description": "Not done.", "content": {"application/json": {"schema": refused}}},
    }


_TEXT = {"type": "string"}
_ERROR = {
    "type": "object",
    "description": "Why not. A refusal's id is in the header x-authorization-id too.",
    "properties": {"Code": _TEXT, "Message": _TEXT},
    "required": ["Code", "Message"],
}
_SIGN_IN_ERROR = {
    "type": "object",
    "description": "Why not: SignInFailed (401), PasswordChangeRequired (403), TooManyAttempts (429), and others.",
    "properties": {
        "code": _TEXT,
        "message": _TEXT,
        "retryAfter": {"type": "integer", "description": "Seconds, with TooManyAttempts."},
    },
    "required": ["code", "message"],
}

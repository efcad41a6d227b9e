"""Requests as clients make them, answers as they read them: botocore signs, writes and parses; there are no sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from botocore import auth
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

HOST = "127.0.0.1:5150"
ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
REGION = "us-east-1"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asking:
    """One HTTP request, ready to be sent."""

    method: str
    path: str  # with its query
    body: bytes = b""
    headers: Mapping[str, str] = ()  # type: ignore[assignment]  # an empty one
    client: str = "192.0.2.7"
    scheme: str = "http"

    def scope(self) -> dict[str, Any]:
        """As an ASGI server gives it to the application."""
        raw_path, _, query = self.path.partition("?")
        given = {"host": HOST} | ({"content-length": str(len(self.body))} if self.body else {})
        given |= {name.lower(): value for name, value in dict(self.headers).items()}
        return {
            "type": "http",
            "method": self.method,
            "path": raw_path,
            "raw_path": raw_path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in given.items()],
            "client": (self.client, 1234),
            "server": ("127.0.0.1", 5150),
            "scheme": self.scheme,
            "extensions": {"dockreeve.reason": {}},
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `service` and `operation` tell how to read it, where an AWS API was asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    service: str = ""
    operation: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def parsed(self) -> dict[str, Any]:
        """What botocore's user gets."""
        model = operation_model(self.service, self.operation) if self.operation else None
        response = {"status_code": self.status, "headers": dict(self.headers), "body": self.body}
        parser = create_parser(service_model(self.service).protocol)
        found: dict[str, Any] = parser.parse(response, model.output_shape if model else None)
        return found

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and sentence of an AWS API's refusal, as botocore reads them."""
        error = self.parsed["Error"]
        return self.status, error["Code"], error["Message"]

    @property
    def problem(self) -> tuple[int, str, str]:
        """Status, code and sentence of the product API's refusal."""
        return self.status, self.json["Code"], self.json["Message"]

    @property
    def denial(self) -> tuple[int, str, str]:
        """Status, code and sentence of the registry's refusal."""
        [error] = self.json["errors"]
        return self.status, error["code"], error["message"]


@cache
def service_model(name: str) -> ServiceModel:
    folder = {"access-analyzer": "accessanalyzer"}.get(name, name)
    return ServiceModel(Loader().load_service_model(folder, "service-2"), name)


@cache
def operation_model(service: str, operation: str) -> OperationModel:
    return service_model(service).operation_model(operation)


def aws_request(service: str, operation: str, params: Mapping[str, Any]) -> Asking:
    """The unsigned request that botocore makes of these parameters."""
    model = operation_model(service, operation)
    serializer = create_serializer(service_model(service).protocol, include_validation=False)
    made = serializer.serialize_to_request(dict(params), model)
    path = made["url_path"] + (f"?{urlencode(made['query_string'])}" if made["query_string"] else "")
    prepared = AWSRequest(made["method"], f"http://{HOST}{path}", dict(made["headers"]), made["body"]).prepare()
    body = prepared.body if isinstance(prepared.body, bytes) else prepared.body.encode()
    return Asking(made["method"], path, body, dict(made["headers"]))


def signed(
    asking: Asking, keys: Credentials, service: str, region: str = REGION, *, at: datetime | None = None
) -> Asking:
    """The request with botocore's signature in its headers, made now or `at` another time."""
    request = AWSRequest(asking.method, f"http://{HOST}{asking.path}", dict(asking.headers), asking.body)
    with _at(at or datetime.now(UTC)):
        SigV4Auth(keys, service, region).add_auth(request)
    return Asking(asking.method, asking.path, asking.body, dict(request.headers.items()), asking.client, asking.scheme)


def _at(moment: datetime) -> Any:
    """A context in which it is that time to botocore. A function of our own: a mock takes longer than the signature."""
    return patch.object(auth, "get_current_datetime", lambda *_: moment.replace(tzinfo=None))


def presigned(path: str, keys: Credentials, service: str, *, expires: int = 60, at: datetime | None = None) -> Asking:
    """A GET with botocore's signature in its query."""
    request = AWSRequest("GET", f"http://{HOST}{path}")
    with _at(at or datetime.now(UTC)):
        SigV4QueryAuth(keys, service, REGION, expires=expires).add_auth(request)
    return Asking("GET", request.url.removeprefix(f"http://{HOST}"))

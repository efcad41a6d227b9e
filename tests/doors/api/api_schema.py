"""Values held against the description of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openapi_schema_validator import OAS31Validator

from dockreeve.doors.api.openapi import document


def must_fit(value: Any, shape: Mapping[str, Any]) -> None:
    """Fail where the value isn't what the schema says."""
    components = {"components": document()["components"]}
    errors = [error.message for error in OAS31Validator({**components, **shape}).iter_errors(value)]
    assert not errors, errors

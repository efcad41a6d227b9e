"""The service models, as we read them."""

import subprocess
import sys

import pytest

from dockreeve.aws.model import NAMES, service
from laws import hold_each

from .botocore_side import SERVED_AND_OTHERS, client_model, ours, theirs


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_what_botocore_says(name: str) -> None:
    model, client = service(name), client_model(name)
    assert (model.name, model.protocol, model.api_version) == (name, client.protocol, client.api_version)
    assert list(model.operations) == client.operation_names
    assert service(name) is model


@pytest.mark.parametrize("operations", SERVED_AND_OTHERS)
def test_an_operation_is_what_botocore_says(operations: dict[str, tuple[str, str]]) -> None:
    hold_each(is_what_botocore_says, operations)


def is_what_botocore_says(one: tuple[str, str]) -> None:
    model, client = ours(*one), theirs(*one)
    assert list(model.input_shape.members) == list(client.input_shape.members if client.input_shape else {})
    assert model.input_shape.required == set(client.input_shape.required_members if client.input_shape else ())
    assert (model.output_shape is None) == (client.output_shape is None)
    assert model.signed == (client.auth_type != "none")
    assert [error.shape.name for error in model.errors] == [shape.name for shape in client.error_shapes]


@pytest.mark.parametrize("name", NAMES)
def test_python_names_are_words_and_unique(name: str) -> None:
    for operation in service(name).operations.values():
        names = list(operation.python_names.values())
        assert len(set(names)) == len(names)
        assert all(word.isidentifier() and word.islower() for word in names)


def test_an_unknown_service_has_no_model() -> None:
    for name in ("s3", "", "../iam"):
        with pytest.raises(KeyError):
            service(name)


def test_models_are_loaded_on_first_use_only() -> None:
    code = "from dockreeve.aws import model, query, json11, dispatch; print(model.service.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"

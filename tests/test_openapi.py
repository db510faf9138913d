"""The document of the API: whole, and with examples that the API would take."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator

from apps.agents.models import Agent
from apps.barbearia.models import Professional, Service
from apps.barbearia.serializers import AppointmentChange

JSON = "application/json"
READ_IN_PART = {AppointmentChange}  # a PUT of which is a PATCH


class Document(SchemaGenerator):
    """Remembers which serializer reads the body of each operation."""

    def __init__(self) -> None:
        super().__init__(urlconf="config.urls.document")
        self.readers: dict[tuple[str, str], Any] = {}

    def _get_paths_and_endpoints(self) -> Any:
        for path, regex, method, view in super()._get_paths_and_endpoints():
            yield path, regex, method, view
            reader = view.schema.get_request_serializer()  # asked for after the operation was described
            self.readers[path, method] = next(iter(reader.values())) if isinstance(reader, dict) else reader


@pytest.fixture(scope="module")
def document() -> tuple[dict[str, Any], dict[tuple[str, str], Any]]:
    made = Document()
    return made.get_schema(request=None, public=True), made.readers


def _operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method.upper(), operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _bodies(document: Any) -> list[tuple[str, str, list[Any]]]:
    """(path, method, values of its request's examples) of every operation that reads a body."""
    return [
        (path, method, [example["value"] for example in content.get("examples", {}).values()])
        for path, method, operation in _operations(document[0])
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]


@pytest.fixture
def known(tenant: Any) -> None:
    """What the examples name by number."""
    for pk in (1, 2):
        Service.objects.update_or_create(pk=pk, defaults={"name": f"S{pk}", "price": 45, "duration_minutes": 30})
    Professional.objects.update_or_create(pk=1, defaults={"name": "Carlos"})
    Agent.objects.update_or_create(pk=1, defaults={"name": "Bia"})


def test_every_part_of_the_api_is_in_it(document: Any) -> None:
    parts = {path.split("/")[3] for path in document[0]["paths"] if path.startswith("/api/")}

    assert parts >= {"auth", "users", "agents", "knowledge", "channels", "conversations", "messages", "media"}
    assert {"webhooks", "whatsapp", "chat"} <= parts
    assert {"/api/v1/barbearia/appointments", "/health/ready"} <= set(document[0]["paths"])


def test_every_body_has_an_example(document: Any) -> None:
    bodies = _bodies(document)

    assert [(path, method) for path, method, values in bodies if not values] == []
    assert len(bodies) > 25


def test_every_example_is_one_that_its_serializer_takes(document: Any, known: None) -> None:
    refused = {}
    for path, method, values in _bodies(document):
        reader = document[1][path, method]
        kind = reader if isinstance(reader, type) else type(reader)
        for value in values:
            data = value | ({"file": SimpleUploadedFile("corte.jpg", b"x")} if "file" in value else {})
            serializer = kind(data=data, partial=method == "PATCH" or kind in READ_IN_PART)
            if not serializer.is_valid() or set(value) - set(serializer.fields):
                refused[path, method] = serializer.errors or set(value) - set(serializer.fields)

    assert refused == {}


def _schema(document: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in found:
        return dict(document["components"]["schemas"][found["$ref"].rpartition("/")[2]])
    return found


def _strange(document: dict[str, Any], found: dict[str, Any], value: Any) -> list[str]:
    """The names that an example has and its schema hasn't, or the other way round."""
    schema = _schema(document, found)
    if schema.get("type") == "array":
        return [name for item in value for name in _strange(document, schema["items"], item)]
    if "properties" not in schema:
        return []
    missing = set(schema.get("required", [])) - set(value)
    inside = [
        name
        for key, item in value.items()
        if key in schema["properties"] and item is not None
        for name in _strange(document, schema["properties"][key], item)
    ]
    return [*missing, *(set(value) - set(schema["properties"])), *inside]


def test_every_answers_example_has_the_names_of_its_schema(document: Any) -> None:
    strange, seen = {}, 0
    for path, method, operation in _operations(document[0]):
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    seen += 1
                    if names := _strange(document[0], content["schema"], example["value"]):
                        strange[path, method, status] = names

    assert strange == {} and seen > 40


def test_the_main_answers_have_examples(document: Any) -> None:
    without = [
        (path, method)
        for path, method, operation in _operations(document[0])
        for status, answer in operation["responses"].items()
        if status in ("200", "201")
        and JSON in answer.get("content", {})
        and not answer["content"][JSON].get("examples")
    ]

    assert without == [
        ("/api/v1/chat/messages/{conversation_id}", "GET"),
        ("/api/v1/whatsapp/sessions", "GET"),
        ("/api/v1/whatsapp/templates", "GET"),
    ]

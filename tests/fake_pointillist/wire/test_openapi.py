"""The OpenAPI document is in step with what the server does."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from contracts.checker import Checker
from fake_pointillist.wire.api import OPERATIONS


@pytest.fixture(scope="module")
def document(shared_server, client_of):
    """Give the document."""
    with client_of(shared_server) as client:
        return client.get("/openapi.json").json()


def test_every_route_is_described(document):
    """Each operation of the router and ``POST /event`` stand in the document, and nothing else does."""
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert described == {(row.path, row.method.lower()) for row in OPERATIONS} | {("/event", "post")}
    assert document["openapi"] == "3.1.0"


def test_operation_ids_are_unique_and_schemas_valid(document):
    """Every schema in the document is a valid JSON Schema 2020-12."""
    rows = [row for methods in document["paths"].values() for row in methods.values()]
    assert len({row["operationId"] for row in rows}) == len(rows)
    for row in rows:
        for answer in row["responses"].values():
            for content in answer["content"].values():
                Draft202012Validator.check_schema(content["schema"])
        for parameter in row["parameters"]:
            Draft202012Validator.check_schema(parameter["schema"])


def test_answers_match_their_schemas(document, client, make_event):
    """Real answers of every reading route satisfy what the document says of them."""
    client.send_event(make_event("Opened", anonymous="A"), message_id="m1")
    client.send_event(make_event("identify", user="U", anonymous="A", labels={"email": "e"}))
    client.send_event(make_event("identify", user="V", anonymous="A"))
    client.post("/event", content=b"{")
    client.post("/_fake/faults", json={"rate": 0.0, "status": 503, "body": [1]})
    asked = {
        "/_fake/events/{eventId}": "/_fake/events/m1",
        "/_fake/actors/{actorId}": "/_fake/actors/user:U",
        "/_fake/wait": "/_fake/wait?count=1",
        "/_fake/why": "/_fake/why?a=U&b=V",
    }
    for path, methods in document["paths"].items():
        answers = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "application/json" in answers:
            answer = client.get(asked.get(path, path))
            assert answer.status_code == 200, path
            assert Checker(answers["application/json"]["schema"]).violations(answer.json()) == (), path
    problem = client.get("/_fake/nope").json()
    assert Checker(document["components"]["schemas"]["Problem"]).violations(problem) == ()

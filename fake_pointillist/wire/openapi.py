"""``GET /openapi.json``: OpenAPI 3.1, made from the rows the router is made from and the types the handlers return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.resources import load
from fake_pointillist.wire.answers import AcceptedJson, ProblemJson
from fake_pointillist.wire.operations import Answer, Call, Operation
from fake_pointillist.wire.service import product_version
from fake_pointillist.wire.shapes import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.wire.operations import Parameter

Document: TypeAlias = dict[str, Any]

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TYPES = {str: "string", int: "integer", float: "number"}
_TOKEN = "apiToken"  # noqa: S105 - the name of a header
_MESSAGE_ID = {
    "name": "X-Simulator-Message-Id",
    "in": "header",
    "description": "optional: a message id seen before is answered `duplicate` and changes nothing",
    "schema": {"type": "string", "maxLength": 1000},
}
_EVENT_ANSWERS = (
    Answer(200, "stored, counted and readable by every query", AcceptedJson),
    Answer(400, "not JSON, or a hard rule broken; every broken rule is listed", None),
    Answer(401, "no or unknown token", None),
    Answer(411, "no length", None),
    Answer(413, "the body is too large", None),
    Answer(415, "unknown Content-Encoding", None),
    Answer(503, "not stored; send it again", None),
)


def describe(operations: Iterable[Operation]) -> Document:
    """Return the document over ``POST /event`` and these operations."""
    paths: dict[str, dict[str, Any]] = {"/event": {"post": _event()}}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fake Pointillist",
            "version": product_version(),
            "description": "POST /event is Pointillist's; everything under /_fake is the fake's own.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": schema_of(ProblemJson), "Event": _event_schema()},
            "securitySchemes": {_TOKEN: {"type": "apiKey", "in": "header", "name": _TOKEN}},
        },
    }


def _event_schema() -> Document:
    """Return the contract of the event, with what only the intake knows: what it merely warns of, and the calendar."""
    schema = {key: value for key, value in load("pointillist/event").items() if not key.startswith("$")}
    schema["properties"]["eventSource"] = {"description": "text; anything else is taken with a warning"}
    schema["properties"]["eventTime"] = {
        "type": "string",
        "description": "ISO-8601 with an offset or Z, or yyyy-MM-dd HH:mm:ssZ, un-padded too; shown is the usual form",
        "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
        "([.][0-9]{3})?Z$",
        "examples": ["2026-02-23T22:31:02.250Z"],
    }
    schema["properties"]["numbers"]["additionalProperties"]["pattern"] = (
        "^-?(0|[1-9][0-9]{0,99})([.][0-9]{1,99})?([eE][+-]?[0-9]{1,2})?$"  # what a double holds for certain
    )
    return schema


def _event() -> Document:
    return {
        "operationId": "post_event",
        "summary": "Take one event",
        "security": [{_TOKEN: []}],
        "parameters": [_MESSAGE_ID],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}},
        },
        "responses": _answers(_EVENT_ANSWERS),
    }


def _operation(operation: Operation) -> Document:
    document: Document = {
        "operationId": operation.name,
        "summary": operation.sentence,
        "security": [{_TOKEN: []}] if operation.needs_token else [],
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
    }
    answers = {answer.status: answer for answer in operation.answers}
    if operation.body is not None:
        content = {"application/json": {"schema": schema_of(operation.body)}}
        document["requestBody"] = {"required": True, "content": content}
        for status, sentence in ((411, "no length"), (413, "the body is too large"), (415, "unknown encoding")):
            answers.setdefault(status, Answer(status, sentence, None))
    if operation.needs_token:
        answers.setdefault(401, Answer(401, "no or unknown token", None))
        answers.setdefault(503, Answer(503, "not now; try again", None))
    answers.setdefault(400, Answer(400, "a parameter or the body is wrong", None))
    document["responses"] = _answers(answers[status] for status in sorted(answers))
    return document


def _answers(answers: Iterable[Answer]) -> Document:
    return {
        str(answer.status): {
            "description": answer.sentence,
            "content": _PROBLEM if answer.status >= 400 else {answer.media: {"schema": schema_of(answer.shape)}},
        }
        for answer in answers
    }


def _parameter(parameter: Parameter) -> Document:
    schema: Document = {"type": _TYPES[parameter.kind]}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    elif parameter.kind is str:
        schema["maxLength"] = parameter.longest
    if parameter.pattern is not None:
        schema["pattern"] = parameter.pattern[0]
    if parameter.where == "path":
        schema["minLength"] = 1
    for keyword, value in (("minimum", parameter.least), ("maximum", parameter.most), ("default", parameter.default)):
        if value is not None:
            schema[keyword] = value
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.sentence,
        "required": parameter.required,
        "schema": schema,
    }


def openapi(call: Call) -> Document:
    """Return this document."""
    from fake_pointillist.wire.api import OPERATIONS as ALL  # noqa: PLC0415 - it describes itself as well

    del call
    return describe(ALL)


OPERATIONS = (
    Operation(
        *("GET", "/openapi.json", openapi, "This document"),
        (Answer(200, "OpenAPI 3.1", dict[str, Any]),),
        needs_token=False,
    ),
)

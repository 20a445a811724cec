"""The table of codes: every word the product uses for a thing found, once.

A code has a default severity and basis, one sentence for people who meet it the first time, and a hint how to mend it.
:func:`violation` makes a :class:`~contracts.violations.Violation` from a row. Pure: no clock, no file, no third party.
"""

from __future__ import annotations

from typing import NamedTuple

from contracts.violations import Basis, Severity, Violation


class Code(NamedTuple):
    """One row of the table.

    Attributes:
        code: The word itself.
        severity: What happens to the data by default.
        basis: What the rule rests on.
        sentence: What it means, in one sentence.
        hint: How to mend it; ``None`` where there is nothing to mend.
    """

    code: str
    severity: Severity
    basis: Basis
    sentence: str
    hint: str | None = None


_TABLE = (
    # Discarded on Segment's side: the message never leaves for Pointillist (Segment's own codes).
    Code("UNSUPPORTED_EVENT_TYPE", "info", "seed", "Pointillist takes identify and track; other calls are not sent.",
         "send a track for what Pointillist should see"),
    Code("FILTERED_BY_INTEGRATIONS_OBJECT", "info", "fact", "The message's integrations object switches Pointillist off.",
         'set "Pointillist": true (exactly so spelt), or leave the key out'),
    Code("no_user_anon_id", "error", "fact", "The message has neither userId nor anonymousId.",
         "pass a userId, an anonymousId, or both"),
    Code("id_not_string", "error", "fact", "An id is neither a string nor an integer of 64 bits.", "send ids as strings"),
    Code("event_not_defined", "error", "fact", "A track has no event name.", "name the event"),
    Code("event_not_string", "error", "fact", "A track's event name is not a string.", "send the name as a string"),
    Code("properties_not_object", "error", "fact", "A track's properties are not an object.",
         "send properties as an object"),
    Code("traits_not_object", "error", "fact", "An identify's traits are not an object.", "send traits as an object"),
    Code("duplicate_message_id", "warning", "fact", "A message with this messageId was admitted before; the first counts.",
         "give every message its own messageId"),
    Code("message_not_object", "error", "ours", "A message must be a JSON object.", "send one JSON object a message"),
    # The Segment source.
    Code("bad_request", "error", "fact", "The body cannot be read as JSON.", "send UTF-8 JSON"),
    Code("empty_batch", "error", "fact", "The batch holds no messages.", "put at least one message into the batch"),
    Code("batch_too_large", "error", "fact", "A batch may hold 500 KB and 2,500 messages.", "send smaller batches"),
    Code("message_too_large", "warning", "fact", "Segment takes at most 32 KB a message.", "send less in one message"),
    Code("message_id_too_long", "warning", "fact", "Segment takes at most 100 characters of messageId.",
         "send a shorter messageId"),
    Code("message_id_not_string", "warning", "ours", "A messageId that is no text is no messageId.",
         "send the messageId as a string"),
    Code("message_id_assigned", "info", "fact", "The message has no messageId; the source gave it one, as Segment does.",
         "send a messageId, so that a resend is known for what it is"),
    Code("unknown_source", "error", "fact", "The write key is not this source's.", "use the write key shown at start"),
    Code("type_from_path", "info", "ours", "The call was taken from the path, since the message names no type."),
    Code("type_path_mismatch", "warning", "ours", "The body's type and the path disagree; the body's own wins.", "post each call to its own path, or all to /v1/batch"),
    # Notes of admission.
    Code("type_case", "info", "ours", "The type is not written in lower case; it is compared without case.",
         "write the type in lower case"),
    Code("non_string_id", "warning", "ours", "An integer id was sent; its decimal text is used.", "send ids as strings"),
    Code("misspelt_id", "warning", "fact", "A key that looks like a misspelt id is ignored, as Segment does.",
         "spell it userId or anonymousId"),
    Code("context_not_object", "warning", "fact", "The context is not an object and is treated as absent.",
         "send context as an object"),
    Code("integrations_not_object", "warning", "fact", "The integrations value is not an object and is ignored.",
         "send integrations as an object"),
    Code("integration_case", "warning", "fact", "A wrongly cased integration flag has no effect.",
         "spell it Pointillist (and All as a boolean)"),
    Code("bad_timestamp", "warning", "ours", "A time cannot be read and is treated as absent.",
         "send ISO-8601 with an offset, such as 2026-03-02T09:15:30.120Z"),
    Code("no_time", "info", "ours", "The message has no time; the time it was received, or now, is used.",
         "send a timestamp"),
    Code("duplicate_key", "warning", "ours", "The JSON text has the same key twice; the last one counts.",
         "send every key once"),
    Code("line_too_long", "error", "ours", "The line is too long to be read; the message on it, if it is one, is lost.",
         "write one message a line; Segment takes 32 KB a message, 500 KB a batch"),
    # Notes of mapping.
    Code("inferred_mapping", "info", "inferred", "This row is not in Segment's table; it is our reading of the evidence."),
    Code("renamed", "info", "inferred", "A name was changed to fit Pointillist: a dot became an underscore."),
    Code("null_value", "info", "inferred", "The value is null and was dropped."),
    Code("empty_value", "info", "inferred", "The value is empty and was dropped."),
    Code("array_cut", "warning", "ours", "The array is longer than the mapping takes; the rest was cut.",
         "raise max_array_items in the mapping, or send fewer items"),
    Code("attributes_cut", "warning", "ours", "The event has more attributes than the mapping takes; the rest was cut.",
         "raise max_attributes in the mapping, or send fewer"),
    Code("name_clash", "warning", "ours", "Two inputs make the same name; the later one wins.", "rename one of the two"),
    Code("case_clash", "warning", "inferred", "Two names differ only by case; Pointillist probably compares without case.",
         "keep one spelling"),
    Code("secret_like", "info", "ours", "The value looks like a secret and is never sent."),
    Code("not_mapped", "info", "seed", "No rule of the mapping takes this value."),
    Code("too_deep", "warning", "ours", "The value is nested deeper than the mapping goes and was dropped.",
         "send flatter objects"),
    Code("number_precision", "warning", "ours", "The number has more digits than a double holds.",
         "send identifiers as strings"),
    Code("numeric_string", "info", "ours", "A number was sent as text and becomes a label, not a number.",
         "send numbers as JSON numbers"),
    # Schemas: a value is not what a JSON Schema asks for.
    Code("schema_required", "error", "fact", "A key the schema asks for is missing.", "send it"),
    Code("schema_type", "error", "fact", "A value has another JSON type than the schema asks for.",
         "send the type asked for"),
    Code("schema_unexpected", "error", "fact", "A key is not allowed here by the schema.", "leave it out, or plan it"),
    Code("schema_enum", "error", "fact", "A value is none of those the schema lists.", "send one of those listed"),
    Code("schema_const", "error", "fact", "A value is not the one the schema asks for.", "send the value asked for"),
    Code("schema_pattern", "error", "fact", "A text does not match the schema's pattern.", "send a text of the form asked for"),
    Code("schema_format", "error", "fact", "A text is not in the format the schema asks for.", "send a text in the format asked for"),
    Code("schema_length", "error", "fact", "A text is shorter or longer than the schema allows.", "keep to the length allowed"),
    Code("schema_range", "error", "fact", "A number is outside the range the schema allows.", "send a number in the range allowed"),
    Code("schema_size", "error", "fact", "An array or object has fewer or more entries than the schema allows.", "send as many entries as allowed"),
    Code("schema_anyOf", "error", "fact", "A value matches none of the forms the schema allows.", "send one of the forms allowed"),
    Code("schema_oneOf", "error", "fact", "A value must match exactly one of the forms the schema allows.", "send what only one of the forms takes"),
    Code("schema_not", "error", "fact", "A value is what the schema forbids.", "send another value"),
    Code("schema_other", "error", "fact", "A value does not match the schema.", "hold the value against the schema at this place"),
    # Hard rules of the wire: an event that breaks one is refused.
    Code("not_json", "error", "fact", "The body is not JSON.", "send one JSON object, UTF-8"),
    Code("not_object", "error", "fact", "The body is JSON but not an object.", "send one event, a JSON object"),
    Code("event_type", "error", "fact", "eventType must be a non-blank string.", "name the event type"),
    Code("event_source", "warning", "fact", "eventSource is text: the name of a data source.", "send its name"),
    Code("event_time", "error", "fact", "eventTime must be a time with an offset.",
         "send ISO-8601 with an offset or Z, such as 2026-03-02T09:15:30.120Z"),
    Code("no_actor", "error", "fact", "The event carries no non-empty actor identifier.",
         'send actors such as {"customer": {"userId": "u_1"}}'),
    Code("label_type", "error", "fact", "Labels are strings.", "send the text, or move it to numbers"),
    Code("number_type", "error", "fact", "Numbers are JSON numbers or text in JSON's number grammar.",
         "send a number, or leave it a label"),
    Code("location_type", "error", "fact", "location must be an object.", "send location as an object, or leave it out"),
    Code("too_large", "error", "ours", "The body is larger than the server takes.", "send a smaller event"),
    Code("bad_parameter", "error", "ours", "A query or path parameter cannot be meant.",
         "GET /openapi.json lists every parameter"),
    Code("bad_token", "error", "fact", "The apiToken header is missing or unknown.", "send the header apiToken"),
    # Warnings of the wire and of a run.
    Code("web_page", "warning", "ours", "An endpoint answered 200 with a web page: it may be a portal's or a proxy's, and nothing stored.",
         "name the API's own address"),
    Code("number_as_text", "info", "inferred", "A number was sent as text and is kept as a number."),
    Code("unknown_key", "info", "ours", "The event has a top-level key Pointillist's documented payload does not have."),
    Code("unjoined_identifier", "info", "ours",
         "Pointillist may join people by this identifier; here only the customer's own do."),
    Code("dotted_name", "warning", "inferred", "A dot inside a name would break Pointillist's own paths.",
         "use an underscore"),
    Code("type_flips", "warning", "inferred", "The attribute is a label here and a number in another event.",
         "send it always with the same type"),
    Code("blank_value", "warning", "ours", "A value is blank.", "leave the key out"),
    Code("future_time", "warning", "ours", "The event time lies in the future.", "check the sender's clock"),
    Code("event_named_identify", "warning", "inferred",
         "A track named identify cannot be told from an identify call at Pointillist.", "give the track another name"),
    Code("shared_email", "warning", "fact",
         "Two customers share an email label; a real tenant may be configured to join these.",
         "check which of the two is right"),
    # Tracking plans, and what a check has to say of itself.
    Code("unplanned_event", "warning", "plan", "No plan has a rule for this event.",
         "plan the event, or stop sending it"),
    Code("deprecated_rule", "info", "plan", "The plan says that this event is deprecated.",
         "send what has replaced it"),
    Code("check_limited", "info", "ours", "More different names or values came than a comparison over the run keeps.",
         "check a smaller file for this code"),
    Code("plan_cannot_fail", "warning", "ours", "The rule's schema takes every message, so it checks nothing.",
         "say what the message must have"),
    Code("plan_contradiction", "error", "ours", "No message can pass the rule's schema.",
         "find the two keywords that exclude each other"),
    Code("plan_unknown_keyword", "warning", "ours", "A key of the schema is no JSON Schema keyword and checks nothing.",
         "correct the spelling, or begin own keys with x-"),
    Code("plan_unchecked_format", "warning", "ours", "The dialect of the schema does not check this format: every text passes.",
         "check the spelling, name a dialect that has it in $schema, or use a pattern"),
    Code("plan_unknown_dialect", "warning", "ours", "The $schema names a dialect nobody here knows; it is read as 2020-12.",
         "name draft-04, draft-06, draft-07, 2019-09 or 2020-12 by its own address"),
    Code("plan_wrong_level", "warning", "fact", "A rule's schema describes the whole message, not the properties alone.",
         "move the properties below properties.properties (traits: below properties.traits)"),
    Code("plan_never_came", "warning", "ours", "The plan names an event or a call that never came.",
         "check the spelling, or take the rule out"),
    Code("mapping_unused", "warning", "ours", "The mapping has a rule that took nothing from any message.",
         "check its path, or take the rule out"),
    Code("mapping_unknown_root", "warning", "fact", "A rule takes from a key that Segment messages do not have.",
         "begin the path with a key of the message, such as /properties, /traits or /context"),
    # Identity (``facts/identity.md``, R1-R14).
    Code("conflicting_claim", "warning", "ours", "A second user claims an anonymousId; the policy decides who keeps it.",
         "reset the anonymousId at logout"),
    Code("late_claim", "warning", "ours", "A claim arrived late but is earlier in event time, and takes over.", "send the identify when the user signs in, not later"),
    Code("blocked_id", "warning", "ours", "A placeholder was sent as an id; it is not used as an identifier.",
         "leave the id out until it is known"),
    Code("linked_without_identify", "warning", "inferred",
         "A track with both ids linked them; the Segment page promises it only for identify.", "call identify"),
    Code("both_ids_without_identify", "warning", "ours",
         "A track carries both ids but claims nothing, since only identify may link.", "call identify"),
    Code("ids_differ_by_case", "warning", "ours", "Two ids differ only by case; they are two.", "keep one spelling"),
    Code("whitespace_in_id", "warning", "ours", "An id begins or ends with white space, which is part of it.", "trim ids"),
    Code("unsupported_call", "info", "fact", "Calls other than identify and track are not delivered."),
    Code("users_merged", "warning", "ours", "Policy graph fused two users into one actor.",
         "use a policy that never merges users"),
    Code("identity_limit", "warning", "ours", "A user owns very many anonymousIds, or very many users claim one.", "look for a shared or constant id"),
    Code("refused_join", "warning", "ours", "Two identifiers in one event are not joined: an actor would have two values of a unique one.",
         "look for an identifier that two people share, or for one that is not unique"),
    Code("no_anonymous_id", "info", "ours", "An identify with only a userId links no earlier anonymous events.",
         "pass the anonymousId too"),
)  # fmt: skip

CODES: dict[str, Code] = {row.code: row for row in _TABLE}
"""Every code by its word."""

if len(CODES) != len(_TABLE):  # pragma: no cover - a slip in the table above
    raise AssertionError("a code stands twice in the table")


def violation(
    code: str,
    path: str,
    message: str,
    *,
    severity: Severity | None = None,
    basis: Basis | None = None,
    hint: str | None = None,
) -> Violation:
    """Return a violation of ``code`` at ``path``; what is not given comes from the table.

    Raises:
        KeyError: ``code`` is not in the table: a slip of ours, never of the user's.
    """
    row = CODES[code]
    return Violation(code, severity or row.severity, path, message, basis or row.basis, hint or row.hint)

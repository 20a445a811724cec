"""What each imperfection does to one message, and what should be said about it.

A spoiler changes a message in place (a copy; the clean one is never touched) and returns what it did, or ``None`` where
it does not fit this message. Everything it draws comes from the generator it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.generator.clock import DAY, SECOND, iso, parse_start
from simulator.generator.randomness import between, one_of, token

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


class Finding(NamedTuple):
    """What was done to a message, and which codes should, or may, be reported."""

    done: str
    report: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One named imperfection.

    Attributes:
        name: As ``--imperfection`` takes it.
        about: One sentence for people.
        share: Its weight in the mix of ``--bad``.
        arrives: What becomes of the message: ``once``, ``twice``, ``late``, ``never``.
        apply: ``(rng, message, names of events and properties seen so far)`` to a finding, or ``None``.
    """

    name: str
    about: str
    share: float
    arrives: str
    apply: Callable[[Random, dict[str, Any], set[str]], Finding | None]


PLACEHOLDERS = ("null", "undefined", "anonymous", "0", "00000000-0000-0000-0000-000000000000", "-1", "N/A", "guest")
RESERVED_NUMBERS = ("age", "revenue", "value")
GARBAGE_TIMES = ("yesterday", "2026-13-45T99:99:99Z", "0000-00-00 00:00:00", "NaN", "05/01/2026 09:00")


def _missing_ids(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message.pop("userId", None)
    message.pop("anonymousId", None)
    return Finding("both ids removed", ("no_user_anon_id",))


def _misspelt_id(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    right, wrong = one_of(rng, (("anonymousId", "anonymousID"), ("userId", "user_id"), ("userId", "userID")))
    if message.get(right) is None:
        return None
    message[wrong] = message.pop(right)
    nobody = message.get("userId") is None and message.get("anonymousId") is None
    codes = ("misspelt_id", "no_user_anon_id") if nobody else ("misspelt_id",)
    return Finding(f"{right} written {wrong}", codes)


def _placeholder_id(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["userId"] = one_of(rng, PLACEHOLDERS)
    return Finding(f"userId is {message['userId']!r}", ("blocked_id",))


def _numeric_id(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["userId"] = between(rng, 10_000, 9_999_999)
    return Finding("userId is an integer", ("non_string_id",), elsewhere=("shared_email",))


def _wrong_type_id(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["userId"] = one_of(rng, (42.5, True, ["u_1"], {"id": "u_1"}))
    return Finding(f"userId is a JSON {type(message['userId']).__name__}", ("id_not_string",))


def _padded_id(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    if not message.get("userId"):
        return None
    message["userId"] = f" {message['userId']}"
    return Finding("userId begins with a space", ("whitespace_in_id",), elsewhere=("shared_email",))


def _body(message: dict[str, Any]) -> str:
    return "traits" if message["type"] == "identify" else "properties"


def _wrong_type(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    body = _body(message)
    message[body] = one_of(rng, ("", "none", [], 0, ["name", "value"]))
    return Finding(f"{body} is no object", (f"{body}_not_object",))


def _wrong_context(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["context"] = one_of(rng, ("web", []))
    return Finding("context is no object", ("context_not_object",))


def _missing_event(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    if message["type"] != "track":
        return None
    if rng.random() < 0.5:
        del message["event"]
    else:
        message["event"] = "  "
    return Finding("event removed or blank", ("event_not_defined",))


def _wrong_type_event(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    if message["type"] != "track":
        return None
    message["event"] = one_of(rng, (7, True, {"name": message["event"]}))
    return Finding("event is no string", ("event_not_string",))


def _event_case(_rng: Random, message: dict[str, Any], seen: set[str]) -> Finding | None:
    event = message.get("event")
    if not isinstance(event, str):
        return None
    message["event"] = event.lower()
    report = _told_apart(event, seen)
    return Finding(f"event written {message['event']!r}", report, ("unplanned_event",), ("case_clash",))


def _told_apart(right: str, seen: set[str]) -> tuple[str, ...]:
    """Return what is reported of a wrong spelling: nothing where it came first, as then the right ones look wrong."""
    first = f"{right} misspelt first"
    if right not in seen:
        seen.add(first)
    return () if first in seen else ("case_clash",)


def _name_case(_rng: Random, message: dict[str, Any], seen: set[str]) -> Finding | None:
    body = message.get(_body(message)) or {}
    name = next((name for name, value in body.items() if isinstance(value, str) and name.islower()), None)
    if name is None:
        return None
    body[name.title()] = body.pop(name)
    report = _told_apart(name, seen)
    return Finding(f"{name} written {name.title()}", report, elsewhere=("case_clash",))


def _number_as_text(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    body = message.get(_body(message)) or {}
    name = next((name for name, value in body.items() if type(value) in (int, float)), None)
    if name is None:
        return None
    body[name] = str(body[name])
    # Names Segment reserves as numbers break its own schema besides.
    report = ("numeric_string", "schema_type") if name in RESERVED_NUMBERS else ("numeric_string",)
    return Finding(f"{name} sent as text", report, elsewhere=("type_flips",))


def _blank_value(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    body = message.get(_body(message)) or {}
    # Blank e-mail addresses would be one address shared by many, a finding of another kind.
    name = next((name for name, value in body.items() if isinstance(value, str) and name != "email"), None)
    if name is None:
        return None
    body[name] = "  "
    return Finding(f"{name} is blank", ("blank_value",))


def _dotted_name(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message.setdefault(_body(message), {})["experiment.group"] = one_of(rng, ("control", "variant"))
    return Finding("a name with a dot added", ("renamed",))


def _long_list(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message.setdefault(_body(message), {})["recently_seen"] = [f"prd_{1000 + number}" for number in range(14)]
    return Finding("a list of 14 added", ("array_cut",))


def _far_future(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    ahead = parse_start(f"{between(rng, 2037, 2090)}-06-01T00:00:00Z")
    message["timestamp"], message["sentAt"] = iso(ahead), iso(ahead + SECOND)
    return Finding("the clock stands decades ahead", ("future_time",))


def _garbage_time(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["timestamp"] = one_of(rng, GARBAGE_TIMES)
    return Finding(f"timestamp is {message['timestamp']!r}", ("bad_timestamp",))


def _clock_skew(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    true = parse_start(message["timestamp"])
    off = int((rng.random() - 0.5) * 4 * DAY)
    message["timestamp"], message["sentAt"] = iso(true + off), iso(true + off + 40)
    message["receivedAt"] = iso(true + 75)
    return Finding(f"the device's clock is off by {off // SECOND} seconds; receivedAt puts it right")


def _copy(_rng: Random, _message: dict[str, Any], _seen: set[str]) -> Finding | None:
    return Finding("delivered a second time", ("duplicate_message_id",))


def _late(_rng: Random, _message: dict[str, Any], _seen: set[str]) -> Finding | None:
    return Finding("arrives hours late, at its own time")


def _out_of_order(_rng: Random, _message: dict[str, Any], _seen: set[str]) -> Finding | None:
    return Finding("arrives after messages that happened later")


def _lost_identify(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    if message["type"] != "identify":
        return None
    return Finding("the identify never arrives")


def _oversize(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message.setdefault(_body(message), {})["debug_dump"] = token(rng, 64) * 640
    return Finding("40 KB of text added", ("message_too_large",))


def _unplanned_event(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    if message["type"] != "track":
        return None
    message["event"] = one_of(rng, ("Debug Ping", "Test Event", "Button Pressed", "Unknown Action"))
    return Finding(f"event is {message['event']!r}", plan=("unplanned_event",))


def _unsupported_call(rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["type"] = one_of(rng, ("screen", "page", "alias", "group"))
    return Finding(f"sent as {message['type']}", ("UNSUPPORTED_EVENT_TYPE",))


def _call_case(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["type"] = message["type"].title()
    return Finding(f"type written {message['type']}", ("type_case",))


def _flag_case(_rng: Random, message: dict[str, Any], _seen: set[str]) -> Finding | None:
    message["integrations"] = {"pointillist": False}
    return Finding("integrations names pointillist in lower case", ("integration_case",))


SPOILERS: dict[str, Way] = {
    way.name: way
    for way in (
        Way("missing_ids", "neither userId nor anonymousId", 6, "once", _missing_ids),
        Way("misspelt_id", "anonymousID, user_id, userID", 5, "once", _misspelt_id),
        Way("placeholder_id", "userId is null, undefined, 0, guest ...", 6, "once", _placeholder_id),
        Way("numeric_id", "userId is an integer", 4, "once", _numeric_id),
        Way("wrong_type_id", "userId is a float, a boolean, a list, an object", 3, "once", _wrong_type_id),
        Way("padded_id", "userId begins with a space", 3, "once", _padded_id),
        Way("wrong_type", "properties or traits are no object", 4, "once", _wrong_type),
        Way("wrong_context", "context is no object", 2, "once", _wrong_context),
        Way("missing_event", "a track without a name", 5, "once", _missing_event),
        Way("wrong_type_event", "a track whose name is no string", 2, "once", _wrong_type_event),
        Way("event_case", "order completed instead of Order Completed", 4, "once", _event_case),
        Way("name_case", "a property in another case", 3, "once", _name_case),
        Way("number_as_text", "a number sent as text", 6, "once", _number_as_text),
        Way("blank_value", "a value of spaces", 3, "once", _blank_value),
        Way("dotted_name", "a dot in a name", 3, "once", _dotted_name),
        Way("long_list", "a list longer than the mapping takes", 2, "once", _long_list),
        Way("far_future", "a clock decades ahead", 3, "once", _far_future),
        Way("garbage_time", "a timestamp nobody can read", 4, "once", _garbage_time),
        Way("clock_skew", "a device's clock off by up to two days", 5, "once", _clock_skew),
        Way("duplicate", "the same message delivered twice", 8, "twice", _copy),
        Way("late", "arrives hours late", 8, "late", _late),
        Way("out_of_order", "arrives after what happened later", 8, "late", _out_of_order),
        Way("lost_identify", "an identify that never arrives", 4, "never", _lost_identify),
        Way("oversize", "more than 32 KB", 1, "once", _oversize),
        Way("unplanned_event", "an event no plan knows", 4, "once", _unplanned_event),
        Way("unsupported_call", "a screen, page, alias or group", 4, "once", _unsupported_call),
        Way("call_case", "Track instead of track", 2, "once", _call_case),
        Way("flag_case", "integrations with pointillist in lower case", 2, "once", _flag_case),
    )
}
"""Every imperfection by its name."""

"""What a journey or a scenario file may say. Every complaint names the key and what is allowed there."""

from __future__ import annotations

from dataclasses import fields
from string import Formatter
from typing import TYPE_CHECKING, Any

from simulator.generator.clock import parse_duration
from simulator.generator.conditions import compile_condition
from simulator.generator.data import table
from simulator.generator.devices import KINDS
from simulator.generator.effects import EFFECTS, PROVIDERS
from simulator.generator.population import Habits
from simulator.generator.properties import is_maker
from simulator.generator.spoilers import SPOILERS
from simulator.generator.stories import event_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


class Fault(Exception):  # noqa: N818 - not an error of the program: a finding about a file, shown as one line
    """A file says something it cannot mean. ``str()`` is ``key: what, and what is allowed``."""


JOURNEY_KEYS = (
    *("name", "title", "company", "site", "home", "app", "server", "rhythm", "gap"),
    *("channels", "account", "entry", "mobile_entry", "leaving", "state"),
)
STATE_KEYS = (
    "does",
    "page",
    "event",
    "call",
    "identify",
    "source",
    "with",
    "properties",
    "traits",
    "sets",
    "reset",
    "to",
)
SCENE_KEYS = ("name", "about", "journeys", "channels", "entry", "adjust", "habits", "bad", "imperfections", "expect")
STORY_KEYS = ("name", "number", "about", "devices", "steps", "expect")
STEP_KEYS = (
    *("at", "on", "event", "identify", "newsletter", "call", "does", "again", "user", "anonymous", "properties"),
    *("traits", "integrations", "computation", "happened", "skew", "as", "before_login"),
)
HABITS = (*(field.name for field in fields(Habits) if field.name not in ("journeys", "login")), "login_memory")
OCCASIONS = ("login", "sign_up", "newsletter", "profile")
CHANNELS = ("web", "ios", "android")


def check_journey(data: dict[str, Any]) -> None:
    """Check a journey file; see :mod:`simulator.generator.journeys` for the format.

    Raises:
        Fault: The first thing wrong.
    """
    _keys(data, "", JOURNEY_KEYS, ("name", "title", "channels", "entry", "state"))
    _text(data, "name", "")
    _text(data, "title", "")
    if "company" in data:
        _among(data["company"], "company", tuple(table("catalogue")))
    _among(data.get("server", "python"), "server", ("python", "node"))
    _duration(data.get("gap", "3d"), "gap")
    _weights(data["channels"], "channels", CHANNELS)
    for key, names in (("rhythm", ("night", "weekend")), ("account", ("before", "login_memory", "greets"))):
        part = _mapping(data.get(key, {}), key)
        _keys(part, key, names, ())
        for name, value in part.items():
            if name == "greets":
                _flag(value, "account.greets")
            else:
                _number(value, f"{key}.{name}", 0, 1 if key == "account" else 10)
    states = _mapping(data["state"], "state")
    if not states:
        raise Fault("state: a journey has at least one state")
    for key in ("entry", "mobile_entry"):
        if key in data:
            _weights(data[key], key, tuple(states))
    carried = set(PROVIDERS) | {
        name for state in states.values() if isinstance(state, dict) for name in state.get("sets", {})
    }
    for name, state in states.items():
        _state(_mapping(state, f"state.{name}"), f"state.{name}", tuple(states), carried)
    for index, rule in enumerate(_list(data.get("leaving", []), "leaving")):
        where = f"leaving[{index}]"
        _keys(_mapping(rule, where), where, ("state", "if", "p", "after", "every", "errand", "once"), ("state",))
        _among(rule["state"], f"{where}.state", tuple(states))
        _number(rule.get("p", 1), f"{where}.p", 0, 1)
        for key in ("errand", "once"):
            _flag(rule.get(key, False), f"{where}.{key}")
        _timing(rule, where)


def _state(state: dict[str, Any], where: str, states: tuple[str, ...], carried: set[str]) -> None:
    _keys(state, where, STATE_KEYS, ())
    if sum(key in state for key in ("event", "call", "identify")) > 1:
        raise Fault(f"{where}: only one of event, call, identify")
    for key, allowed in (("call", ("page", "group")), ("identify", OCCASIONS), ("source", ("server", "device"))):
        if key in state:
            _among(state[key], f"{where}.{key}", allowed)
    if "event" in state:
        _text(state, "event", where)
    for effect in _list(state.get("does", []), f"{where}.does"):
        _among(effect, f"{where}.does", tuple(EFFECTS))
    for key in _list(state.get("with", []), f"{where}.with"):
        _among(key, f"{where}.with", sorted(carried))
    for name, value in _mapping(state.get("properties", {}), f"{where}.properties").items():
        _property(value, f"{where}.properties.{name}", carried)
    for name, value in _mapping(state.get("sets", {}), f"{where}.sets").items():
        _property(value, f"{where}.sets.{name}", carried)
    _mapping(state.get("traits", {}), f"{where}.traits")
    if "page" in state:
        _page(state["page"], f"{where}.page", carried)
    total = 0.0
    for index, move in enumerate(_list(state.get("to", []), f"{where}.to")):
        at = f"{where}.to[{index}]"
        _keys(_mapping(move, at), at, ("state", "weight", "after", "every", "if", "else"), ("state", "weight"))
        _among(move["state"], f"{at}.state", states)
        if "else" in move:
            _among(move["else"], f"{at}.else", states)
        total += _number(move["weight"], f"{at}.weight", 0, 1)
        _timing(move, at)
    if total > 1 + 1e-9:
        raise Fault(f"{where}.to: the weights sum to {total:g}; they may sum to 1, the remainder ends the visit")


def _timing(row: dict[str, Any], where: str) -> None:
    for key in ("after", "every"):
        if key in row:
            _duration(row[key], f"{where}.{key}")
    if "if" in row:
        _value(compile_condition, row["if"], f"{where}.if")


def _property(value: Any, where: str, carried: set[str]) -> None:
    if isinstance(value, str) and value[:1] == "$":
        if value[1:] not in carried:
            raise Fault(f"{where}: nothing carries {value[1:]!r}; carried are {', '.join(sorted(carried))}")
    elif is_maker(value):
        ((kind, what),) = value.items()
        if kind == "one_of" and not (isinstance(what, list) and what):
            raise Fault(f"{where}: one_of takes a list with at least one value")
        whole = isinstance(what, list) and len(what) == 2 and all(type(each) is int for each in what)
        if kind == "between" and not (whole and what[0] <= what[1]):
            raise Fault(f"{where}: between takes two whole numbers, the smaller first")
        if kind == "id" and not isinstance(what, str):
            raise Fault(f'{where}: id takes a prefix, such as "ord"')


def _page(value: Any, where: str, carried: set[str]) -> None:
    if not (isinstance(value, list) and len(value) == 2 and all(isinstance(each, str) for each in value)):
        raise Fault(f'{where}: must be [path, title], such as ["/cart", "Your cart"]')
    for text in value:
        try:
            keys = [key for _, key, _, _ in Formatter().parse(text) if key is not None]
        except ValueError as error:
            raise Fault(f"{where}: {error}") from None
        for key in keys:
            _among(key, where, sorted(carried))


def check_scenario(row: Any, where: str, journeys: Mapping[str, dict[str, Any]]) -> None:
    """Check one scenario; see :mod:`simulator.generator.scenarios` for the format.

    Raises:
        Fault: The first thing wrong.
    """
    row = _mapping(row, where)
    if "steps" in row:
        _story(row, where)
        return
    _keys(row, where, SCENE_KEYS, ("name", "about", "journeys"))
    _text(row, "name", where)
    _text(row, "about", where)
    _weights(row["journeys"], f"{where}.journeys", tuple(journeys))
    if "channels" in row:
        _weights(row["channels"], f"{where}.channels", CHANNELS)
    states = [name for journey in row["journeys"] for name in journeys[journey]["state"]]
    if "entry" in row:
        _weights(row["entry"], f"{where}.entry", states)
    for state, weights in _mapping(row.get("adjust", {}), f"{where}.adjust").items():
        _among(state, f"{where}.adjust", states)
        for target, weight in _mapping(weights, f"{where}.adjust.{state}").items():
            _among(target, f"{where}.adjust.{state}", states)
            _number(weight, f"{where}.adjust.{state}.{target}", 0, 1)
    habits = _mapping(row.get("habits", {}), f"{where}.habits")
    _keys(habits, f"{where}.habits", HABITS, ())
    for name, value in habits.items():
        if name != "location":
            _number(value, f"{where}.habits.{name}", 0, 1)
    _number(row.get("bad", 0), f"{where}.bad", 0, 1)
    for name, rate in _mapping(row.get("imperfections", {}), f"{where}.imperfections").items():
        _among(name, f"{where}.imperfections", tuple(SPOILERS))
        _number(rate, f"{where}.imperfections.{name}", 0, 1)


def _story(row: dict[str, Any], where: str) -> None:
    _keys(row, where, STORY_KEYS, ("name", "about", "devices", "steps"))
    _text(row, "name", where)
    _text(row, "about", where)
    devices = _mapping(row["devices"], f"{where}.devices")
    for name, kind in devices.items():
        _among(kind, f"{where}.devices.{name}", KINDS)
    before = None
    for index, step in enumerate(_list(row["steps"], f"{where}.steps")):
        at = f"{where}.steps[{index}]"
        _keys(_mapping(step, at), at, STEP_KEYS, ("at", "on"))
        _among(step["on"], f"{at}.on", tuple(devices))
        moment = _duration(step["at"], f"{at}.at")
        if before is not None and moment < before:
            raise Fault(f"{at}.at: steps stand in the order of their arrival")
        before = moment
        for key in ("happened", "skew"):
            if key in step:
                _duration(step[key], f"{at}.{key}")
        if not any(key in step for key in ("event", "identify", "newsletter", "call", "does", "again")):
            raise Fault(f"{at}: one of event, identify, newsletter, call, does, again")
        if "does" in step:
            _among(step["does"], f"{at}.does", ("reset", "clear_cookies", "take_id"))
        if "call" in step:
            _among(step["call"], f"{at}.call", ("page", "alias"))
        if "event" in step and "properties" not in step and step["event"] not in event_names():
            raise Fault(f"{at}.event: {step['event']!r} is no event of a journey; give it properties of its own")


def _keys(row: dict[str, Any], where: str, allowed: Collection[str], required: Collection[str]) -> None:
    for key in row:
        if key not in allowed:
            raise Fault(f"{_join(where, key)}: unknown key; allowed are {', '.join(allowed)}")
    for key in required:
        if key not in row:
            raise Fault(f"{_join(where, key)}: missing")


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Fault(f"{where}: must be a table")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Fault(f"{where}: must be a list")
    return value


def _text(row: dict[str, Any], key: str, where: str) -> None:
    if not isinstance(row[key], str) or not row[key].strip():
        raise Fault(f"{_join(where, key)}: must be text")


def _among(value: Any, where: str, allowed: Collection[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise Fault(f"{where}: {value!r} is not among {', '.join(allowed)}")


def _number(value: Any, where: str, low: float, high: float) -> float:
    if type(value) not in (int, float) or not low <= value <= high:
        raise Fault(f"{where}: {value!r} must be a number from {low:g} to {high:g}")
    return float(value)


def _flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise Fault(f"{where}: must be true or false")


def _weights(value: Any, where: str, names: Collection[str]) -> None:
    weights = _mapping(value, where)
    for name, weight in weights.items():
        _among(name, where, names)
        _number(weight, f"{where}.{name}", 0, 1e9)
    if not sum(weights.values()) > 0:
        raise Fault(f"{where}: at least one weight must be more than 0")


def _duration(value: Any, where: str) -> int:
    if not isinstance(value, str):
        raise Fault(f'{where}: must be a duration in quotes, such as "90s"')
    moment: int = _value(parse_duration, value, where)
    return moment


def _value(read: Callable[[str], Any], value: str, where: str) -> Any:
    try:
        return read(value)
    except (ValueError, AttributeError) as error:
        raise Fault(f"{where}: {error}") from None

"""Journeys: state machines written in TOML, checked once and compiled for speed.

A journey file::

    name = "ecommerce"                       # what --scenario and --list call it
    title = "..."                            # one sentence for people
    company = "shop"                         # whose site and app: a table of data/catalogue.toml
    server = "python"                        # the library of states with source = "server": python or node
    rhythm = { night = 0.06, weekend = 0.8 } # activity at 3 in the morning and on weekends, against the busiest hour
    gap = "3d"                               # mean time between two visits of a person
    channels = { web = 70, ios = 18, android = 12 }       # weights: which device a person prefers
    account = { before = 0.55, login_memory = 0.7, greets = true }    # share with an account at the start;
                                             # of those, who are still logged in where they were; whether pages and
                                             # apps identify whoever is logged in, once a visit (default: they do)
    entry = { home = 34, list = 22 }         # weights: where a visit begins
    mobile_entry = { app_home = 50 }         # the same in the app; without it, entry

    [[leaving]]                              # what leaving means: the first rule that applies
    state = "cart_mail"
    if = "cart and registered"
    p = 0.35
    after = "4h"
    errand = true                            # happens beside the person's next visits, not before them
    once = true                              # at most once a person, not once a visit

    [state.product_viewed]
    does = ["view_product"]                  # effects on what the visit carries, in order
    page = ["{product_path}", "{product_name} | Shop"]    # the browser goes to this path, with this title
    event = "Product Viewed"                 # a track; or call = "page" | "group"; or identify = "login" |
                                             # "sign_up" | "newsletter" | "profile"; none of them: a silent state
    source = "server"                        # sent by the server instead of the device
    with = ["product"]                       # objects of the carried state, their keys spread into the properties
    properties = { currency = "$currency", step = 1, method = { one_of = ["a", "b"] }, n = { between = [1, 5] },
                   id = { id = "rev" } }     # "$x" is carried x; id: a new identifier with that prefix
    sets = { plan = { one_of = ["team"] } }  # what is carried from here on, for "$plan"; written as properties are
    traits = { plan = "team" }               # traits that change here, before the identify
    reset = true                             # afterwards the library forgets who it was (log out)
    to = [
      { state = "product_added", weight = 0.27, after = "25s" },          # weights sum to at most 1:
      { state = "wished", weight = 0.05, after = "15s", if = "known", else = "list" },   # the remainder ends the visit
    ]

``after`` is a mean; waiting times are exponential, scaled by the person's own pace; ``every`` instead is exact (a
heartbeat). A transition whose ``if`` does not
hold goes to ``else``, or ends the visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from string import Formatter
from typing import TYPE_CHECKING, Any

from simulator.generator.clock import Rhythm, parse_duration
from simulator.generator.conditions import compile_condition
from simulator.generator.contexts import arrivals
from simulator.generator.data import table
from simulator.generator.effects import EFFECTS
from simulator.generator.properties import compile_properties, compile_text
from simulator.generator.randomness import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.generator.contexts import Arrival
    from simulator.generator.visits import Visit


@dataclass(slots=True, eq=False)
class State:
    """A compiled state. Attributes as in the file.

    ``build`` makes the properties, from the carried keys it ``reads``; ``moves`` are the transitions, ``sums`` their
    weights added up.
    """

    name: str
    does: tuple[Callable[[Visit], None], ...]
    call: str | None
    event: str | None
    identify: str | None
    server: bool
    reset: bool
    traits: dict[str, Any]
    sets: Callable[[Visit], dict[str, Any]] | None
    page: tuple[Callable[[dict[str, Any]], str], Callable[[dict[str, Any]], str]] | None
    build: Callable[[Visit], dict[str, Any]] | None
    reads: tuple[str, ...]
    sums: list[float]
    moves: list[Move]


@dataclass(slots=True, eq=False)
class Move:
    """A compiled transition: where to, after how long on average, and under which condition."""

    state: State
    mean_ms: float
    exact: bool = False
    condition: Callable[[Visit], bool] | None = None
    otherwise: State | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A compiled rule of leaving."""

    state: State
    p: float
    mean_ms: float
    exact: bool
    condition: Callable[[Visit], bool] | None
    errand: bool
    once: bool


@dataclass(frozen=True, slots=True, eq=False)
class Journey:
    """A compiled journey. Attributes as in the file; ``arrivals`` are the ways to its site."""

    name: str
    title: str
    site: str
    home: str
    arrivals: Table[Arrival]
    app: dict[str, Any] | None
    previous: dict[str, Any] | None
    server: str
    rhythm: Rhythm
    gap_ms: int
    channels: Table[str]
    before: float
    login_memory: float
    greets: bool
    hello: State
    entry: Table[State]
    mobile_entry: Table[State]
    leaving: tuple[Leaving, ...]
    states: dict[str, State]


@cache
def shipped(name: str) -> Journey:
    """Return a shipped journey by name."""
    return compile_journey(table(f"journeys/{name}"))


def compile_journey(data: dict[str, Any]) -> Journey:
    """Return the journey of a checked file (:func:`simulator.generator.checks.check_journey`)."""
    states = {name: _state(name, row) for name, row in data["state"].items()}
    for name, row in data["state"].items():
        moves = row.get("to", [])
        states[name].sums = list(accumulate(move["weight"] for move in moves))
        states[name].moves = [_move(move, states) for move in moves]
    company = table("catalogue").get(data.get("company", ""), {})
    home = data.get("home") or company.get("title", data["title"])
    account = data.get("account", {})
    rhythm = data.get("rhythm", {})
    entry = Table((states[name], weight) for name, weight in data["entry"].items())
    return Journey(
        name=data["name"],
        title=data["title"],
        site=data.get("site") or company.get("site", "https://www.shop.example"),
        home=home,
        arrivals=arrivals(home),
        app=data.get("app") or company.get("app"),
        previous=company.get("previous"),
        server=data.get("server", "python"),
        rhythm=Rhythm(rhythm.get("night", 0.1), rhythm.get("weekend", 0.8)),
        gap_ms=parse_duration(data.get("gap", "3d")),
        channels=Table(data["channels"].items()),
        before=account.get("before", 0.5),
        login_memory=account.get("login_memory", 0.5),
        greets=account.get("greets", True),
        hello=_state("hello", {"identify": "login"}),
        entry=entry,
        mobile_entry=Table((states[name], weight) for name, weight in data["mobile_entry"].items())
        if "mobile_entry" in data
        else entry,
        leaving=tuple(_leaving(row, states) for row in data.get("leaving", [])),
        states=states,
    )


def _state(name: str, row: dict[str, Any]) -> State:
    event = row.get("event")
    identify = row.get("identify")
    call = row.get("call") or ("track" if event else "identify" if identify else None)
    page = row.get("page")
    return State(
        name=name,
        does=tuple(EFFECTS[effect] for effect in row.get("does", ())),
        call=call,
        event=event,
        identify=identify,
        server=row.get("source") == "server",
        reset=row.get("reset", False),
        traits=row.get("traits", {}),
        sets=compile_properties([], row["sets"]) if "sets" in row else None,
        page=(compile_text(page[0]), compile_text(page[1])) if page else None,
        build=compile_properties(row.get("with", []), row.get("properties", {})) if call and not identify else None,
        reads=_reads(row),
        sums=[],
        moves=[],
    )


def _reads(row: dict[str, Any]) -> tuple[str, ...]:
    """Return every carried key a state names: in ``with``, as ``$key``, and as ``{key}`` of its page."""
    named = [value[1:] for value in row.get("properties", {}).values() if isinstance(value, str) and value[:1] == "$"]
    paged = [key for text in row.get("page", ()) for _, key, _, _ in Formatter().parse(text) if key]
    return (*row.get("with", ()), *named, *paged)


def _move(row: dict[str, Any], states: dict[str, State]) -> Move:
    condition = compile_condition(row["if"]) if "if" in row else None
    otherwise = states[row["else"]] if "else" in row else None
    exact = "every" in row
    wait = parse_duration(row["every"] if exact else row.get("after", "10s"))
    return Move(states[row["state"]], wait, exact, condition, otherwise)


def _leaving(row: dict[str, Any], states: dict[str, State]) -> Leaving:
    condition = compile_condition(row["if"]) if "if" in row else None
    exact = "every" in row
    wait = parse_duration(row["every"] if exact else row.get("after", "1s"))
    return Leaving(
        state=states[row["state"]],
        p=row.get("p", 1.0),
        mean_ms=wait,
        exact=exact,
        condition=condition,
        errand=row.get("errand", False),
        once=row.get("once", False),
    )

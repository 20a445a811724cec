"""Scenarios: what a run is made of, by name, as data.

A scenario is a *population* (many people living as journeys and habits say) or a *story* (a few steps, told again and
again with other people). Both kinds stand in TOML files::

    [[scenario]]
    name = "checkout-flow"
    about = "Shoppers who mean it."           # one sentence for --list
    journeys = { ecommerce = 1 }              # shares of the people
    channels = { web = 40, ios = 60 }         # optional: instead of the journey's own
    entry = { searched = 1 }                  # optional: instead of the journey's own
    adjust = { product_viewed = { product_added = 0.55 } }    # optional: other weights for some transitions
    habits = { shared = 0.6 }                 # optional: shared, careless, cookies_cleared, second_device,
                                              # login_memory, location
    bad = 0.3                                 # optional: share of messages spoiled (a mix)
    imperfections = { duplicate = 0.01 }      # optional: share spoiled in one way
    expect = { clean = true, warnings = [] }  # no warning from `check`; identity warnings that may appear

    [[scenario]]
    name = "sign-up"
    number = 2                                # of the list in facts/segment.md 7.2
    about = "..."
    devices = { laptop = "web", backend = "node" }
    steps = [
      { at = "0s", on = "laptop", event = "Product Viewed" },
      { at = "3m", on = "laptop", identify = "U1" },
    ]
    expect = { actors = [{ user = "U1", anonymous = ["A1"], events = 2 }], warnings = [], ignored = [] }

A step has ``at`` (arrival) and ``on`` (a device), and one of ``event``, ``identify``, ``newsletter`` (a user's label),
``call`` (page, alias), ``does`` (reset, clear_cookies, take_id), ``again`` (the message before comes once more). More:
``user`` (whom the event names: a label, or ``=text``), ``anonymous``, ``properties``, ``traits``, ``integrations``,
``computation`` (audience, trait), ``happened`` (event time against arrival), ``skew`` (the device's clock against
ours), ``as = "email"``, ``before_login``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.generator.clock import parse_duration
from simulator.generator.data import names, table
from simulator.generator.journeys import compile_journey
from simulator.generator.population import Habits

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story; attributes as in the file, times in milliseconds."""

    at_ms: int
    on: str
    event: str | None = None
    identify: str | None = None
    newsletter: str | None = None
    call: str | None = None
    does: str | None = None
    again: bool = False
    user: str | None = None
    anonymous: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    integrations: dict[str, Any] | None = None
    computation: str | None = None
    happened_ms: int = 0
    skew_ms: int | None = None
    as_email: bool = False
    before_login: bool = False

    @property
    def person(self) -> str | None:
        """The label of the person this step is about, where it says so."""
        label = self.identify or self.newsletter or self.user
        return label if label is not None and label[:1] == "U" else None


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario told step by step.

    Attributes:
        expect: ``{"actors": [{"user"?, "anonymous", "events"}], "warnings": [...], "ignored": [...]}`` of one telling,
            in labels, under the default policy.
    """

    name: str
    about: str
    number: int | None
    devices: dict[str, str]
    steps: tuple[Step, ...]
    expect: dict[str, Any]

    @property
    def first_user(self) -> str:
        """The label of whoever comes first, and of those who are never named."""
        return next((step.person for step in self.steps if step.person is not None), "U1")


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario with a population.

    Attributes:
        habits: How its people live, journeys included.
        bad: Share of messages spoiled in some way.
        imperfections: Share of messages spoiled in one named way.
        expect: ``{"clean": bool, "warnings": [...]}``.
    """

    name: str
    about: str
    habits: Habits
    bad: float = 0.0
    imperfections: dict[str, float] = field(default_factory=dict)
    expect: dict[str, Any] = field(default_factory=dict)


DEFAULT = "mixed"
"""The scenario of a run that names none."""


@cache
def _shipped_rows() -> dict[str, dict[str, Any]]:
    # Populations first: --list begins with what most people want.
    folders = sorted(names("scenarios"), key=lambda name: (name != "populations", name != "identity", name))
    return {row["name"]: row for name in folders for row in table(f"scenarios/{name}")["scenario"]}


@dataclass(frozen=True, slots=True)
class Library:
    """Every scenario and journey a run can name: the shipped ones, and those of the user's files."""

    rows: Mapping[str, dict[str, Any]]
    journeys: Mapping[str, dict[str, Any]]

    def scenario(self, name: str) -> Scene | Story:
        """Return a scenario by name.

        Raises:
            KeyError: There is none.
        """
        row = self.rows[name]
        return _story(row) if "steps" in row else _scene(row, self.journeys)


def shipped_library() -> Library:
    """Return the shipped scenarios, all of them usable by name."""
    return Library(_shipped_rows(), {name: table(f"journeys/{name}") for name in names("journeys")})


_SHORT = {"as": "as_email", "at": "at_ms", "happened": "happened_ms", "skew": "skew_ms"}


def _story(row: dict[str, Any]) -> Story:
    steps = []
    for raw in row["steps"]:
        values: dict[str, Any] = {_SHORT.get(key, key): value for key, value in raw.items()}
        for key in ("at_ms", "happened_ms", "skew_ms"):
            if key in values:
                values[key] = parse_duration(values[key])
        values["as_email"] = values.get("as_email") == "email"
        steps.append(Step(**values))
    expect = {"actors": [], "warnings": [], "ignored": [], **row.get("expect", {})}
    return Story(row["name"], row["about"], row.get("number"), row["devices"], tuple(steps), expect)


def _scene(row: dict[str, Any], journeys: Mapping[str, dict[str, Any]]) -> Scene:
    habits = dict(row.get("habits", {}))
    shares = tuple((compile_journey(_adjusted(journeys[name], row)), share) for name, share in row["journeys"].items())
    login = habits.pop("login_memory", None)
    return Scene(
        name=row["name"],
        about=row["about"],
        habits=Habits(journeys=shares, login=login, **habits),
        bad=row.get("bad", 0.0),
        imperfections=row.get("imperfections", {}),
        expect={"clean": True, "warnings": [], **row.get("expect", {})},
    )


def _adjusted(journey: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Return a journey with the scenario's own channels, entries and weights."""
    changed = dict(journey)
    for key in ("channels", "entry"):
        if key in row:
            changed[key] = row[key]
    if "adjust" in row:
        changed["state"] = {
            name: _reweighed(state, row["adjust"].get(name)) for name, state in journey["state"].items()
        }
    return changed


def _reweighed(state: dict[str, Any], weights: dict[str, float] | None) -> dict[str, Any]:
    if weights is None:
        return state
    moves = [{**move, "weight": weights.get(move["state"], move["weight"])} for move in state["to"]]
    return {**state, "to": moves}

"""Conditions of a journey: ``cart and registered``, ``not known``. Words joined by ``and``, each may be denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generator.applife import outdated
from simulator.generator.media import can_go_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.generator.visits import Visit

WORDS: dict[str, Callable[[Visit], bool]] = {
    "known": lambda visit: visit.device.user_id == visit.person.user_id,
    "anonymous": lambda visit: visit.device.user_id is None,
    "registered": lambda visit: visit.person.registered_ms is not None,
    "subscribed": lambda visit: "newsletter" in visit.person.traits,
    "cart": lambda visit: bool(visit.carry.get("_cart")),
    "several": lambda visit: len(visit.carry.get("_cart", ())) > 1,
    "ordered": lambda visit: visit.ordered,
    "trialing": lambda visit: visit.person.traits.get("plan") == "trial",
    "playing": can_go_on,
    "ad_runs": lambda visit: visit.carry["ad"].get("quartile", 0) < 3,
    "open": lambda visit: bool(visit.carry.get("_open")),
    "outdated": outdated,
    "opened": lambda visit: visit.device.opened,
    "web": lambda visit: visit.device.kind == "web",
    "app": lambda visit: visit.device.kind in ("ios", "android"),
}
"""Every word there is."""


def compile_condition(text: str) -> Callable[[Visit], bool]:
    """Return the test a condition stands for.

    Raises:
        ValueError: A word is unknown; the text lists those there are.
    """
    tests = []
    for part in text.split(" and "):
        words = part.split()
        denied = len(words) == 2 and words[0] == "not"
        word = words[-1] if words else ""
        if word not in WORDS or len(words) > 2 or (len(words) == 2 and not denied):
            raise ValueError(
                f"{part.strip()!r} is no condition: use {', '.join(WORDS)}, each with `not` if need be, joined by `and`"
            )
        tests.append((WORDS[word], not denied))
    if len(tests) == 1:
        test, wanted = tests[0]
        return test if wanted else lambda visit: not test(visit)
    return lambda visit: all(test(visit) is wanted for test, wanted in tests)

"""Properties of a state, compiled to one function that reads what the visit carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generator.randomness import between, one_of, token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from simulator.generator.visits import Visit

MAKERS = ("one_of", "between", "id")
"""What a property can be beside a constant and ``$carried``."""


def compile_properties(spread: Sequence[str], template: dict[str, Any]) -> Callable[[Visit], dict[str, Any]]:
    """Return the function that makes a state's properties.

    Args:
        spread: Keys of the carried state that hold objects; their items come first.
        template: Name to constant, ``"$carried"`` or maker: ``{one_of = [...]}``, ``{between = [1, 5]}``,
            ``{id = "rev"}``.
    """
    carried = [(name, value[1:]) for name, value in template.items() if isinstance(value, str) and value[:1] == "$"]
    makers = [(name, _maker(value)) for name, value in template.items() if is_maker(value)]
    taken = {name for name, _ in carried} | {name for name, _ in makers}
    constants = {name: value for name, value in template.items() if name not in taken}

    def build(visit: Visit) -> dict[str, Any]:
        carry = visit.carry
        properties = dict(constants)
        for key in spread:
            properties.update(carry[key])
        for name, key in carried:
            properties[name] = carry[key]
        for name, make in makers:
            properties[name] = make(visit.rng)
        return properties

    return build


def is_maker(value: Any) -> bool:
    """Return whether a property is made anew each time."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in MAKERS


def _maker(value: dict[str, Any]) -> Callable[[Random], Any]:
    ((kind, what),) = value.items()
    if kind == "one_of":
        return lambda rng: one_of(rng, what)
    if kind == "between":
        low, high = what
        return lambda rng: between(rng, low, high)
    return lambda rng: f"{what}_{token(rng, 10)}"


def compile_text(template: str) -> Callable[[dict[str, Any]], str]:
    """Return the function that fills ``{carried}`` into a path or a title."""
    if "{" not in template:
        return lambda _carry: template
    return template.format_map

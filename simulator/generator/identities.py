"""identify calls: when people say who they are, and with which traits (``facts/segment.md`` 7.1).

======================  ==========================================================================================
``sign_up``             a new account: userId and everything the form asked for
``login``               the account of before: userId and traits
``profile``             a changed profile: userId and traits
``newsletter``          an e-mail address without an account: traits only, no userId
======================  ==========================================================================================

Web and server send the whole profile. Apps send only text (:func:`app_traits`): their library repeats the cached traits
in ``context.traits`` of every later track, where Pointillist takes them as labels, and a number there would make the
attribute a label in one event and a number in another (``type_flips``); names that events use as properties (``name``,
``title``) are left out for the same reason (``name_clash``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generator.people import profile_traits

if TYPE_CHECKING:
    from simulator.generator.people import Person
    from simulator.generator.visits import Visit


def app_traits(person: Person) -> dict[str, Any]:
    """Return what an app tells of a person: text only, and no name an event uses as a property."""
    profile = person.profile
    traits: dict[str, Any] = {
        "email": profile.email,
        "firstName": profile.first,
        "lastName": profile.last,
        "username": profile.username,
    }
    traits.update((key, value) for key, value in person.traits.items() if isinstance(value, str))
    return traits


def remember(visit: Visit, occasion: str, now: int) -> None:
    """Let an identify of before the start have its effect, without asking who the person is in words."""
    person, device = visit.person, visit.device
    if occasion == "newsletter":
        person.traits["newsletter"] = "weekly"
        device.identify(visit.rng, None, {})
        return
    if person.registered_ms is None:
        person.registered_ms = now
    device.identify(visit.rng, person.user_id, {})


def identify(visit: Visit, occasion: str, now: int) -> dict[str, Any]:
    """Let the person say who they are on this device; return the call's own keys.

    Args:
        visit: Where and who; its device remembers what its library would.
        occasion: ``sign_up``, ``login``, ``profile`` or ``newsletter``.
        now: Simulated time, milliseconds.
    """
    person, device = visit.person, visit.device
    if occasion == "newsletter":
        person.traits["newsletter"] = "weekly"
        traits = device.identify(visit.rng, None, {"email": person.profile.email, "newsletter": "weekly"})
        return {"type": "identify", "traits": traits}
    if person.registered_ms is None:
        person.registered_ms = now
    traits = (
        app_traits(person) if device.kind in ("ios", "android") else {**profile_traits(person, now), **person.traits}
    )
    sent = device.identify(visit.rng, person.user_id, traits)
    return {"type": "identify", "traits": sent}

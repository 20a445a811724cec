from __future__ import annotations

import pytest

from simulator.generator.data import table
from simulator.generator.devices import KINDS, Device, make_device
from simulator.generator.people import places
from simulator.generator.randomness import stream

PLACE = places("en_US")[0]


def device(kind: str) -> Device:
    """Return a device that has been used once."""
    made = make_device(stream(1, kind), kind, PLACE, "en_US")
    made.start(stream(2, kind))
    return made


@pytest.mark.parametrize("kind", ["web", "ios", "android"])
def test_an_anonymous_id_is_made_once_and_kept(kind):
    """A client library makes an anonymousId at first use and keeps it over identify and repeated use."""
    made, rng = device(kind), stream(3)
    first = made.anonymous_id
    assert first is not None
    made.start(rng)
    made.identify(rng, "u1", {"a": 1})
    made.identify(rng, "u1", {"a": 1})
    assert (made.anonymous_id, made.user_id) == (first, "u1")


@pytest.mark.parametrize("kind", ["python", "node", "engage"])
def test_servers_make_no_anonymous_id(kind):
    """A server library has no anonymousId, and remembers neither users nor traits."""
    made = device(kind)
    made.identify(stream(3), "u1", {"a": 1})
    made.reset(stream(4))
    assert (made.anonymous_id, made.user_id, made.traits) == (None, None, {})


def test_another_user_in_a_browser_gets_another_anonymous_id():
    """analytics.js makes a new anonymousId for a different userId and drops the cached traits."""
    made, rng = device("web"), stream(3)
    first = made.anonymous_id
    made.identify(rng, "u1", {"plan": "team"})
    sent = made.identify(rng, "u2", {"email": "b@example.com"})
    assert made.anonymous_id != first
    assert sent == {"email": "b@example.com"}


@pytest.mark.parametrize("kind", ["ios", "android"])
def test_another_user_in_an_app_keeps_the_anonymous_id(kind):
    """The mobile libraries keep the anonymousId whoever identifies."""
    made, rng = device(kind), stream(3)
    first = made.anonymous_id
    made.identify(rng, "u1", {})
    made.identify(rng, "u2", {})
    assert (made.anonymous_id, made.user_id) == (first, "u2")


def test_traits_of_before_come_along():
    """What an anonymous identify set reappears in the identified one."""
    made, rng = device("web"), stream(3)
    made.identify(rng, None, {"email": "a@example.com"})
    assert made.user_id is None
    assert made.identify(rng, "u1", {"plan": "team"}) == {"email": "a@example.com", "plan": "team"}


@pytest.mark.parametrize("kind", ["web", "ios", "android"])
def test_reset_forgets_everything(kind):
    """After reset the anonymousId is new, the userId and the traits are gone."""
    made, rng = device(kind), stream(3)
    made.identify(rng, "u1", {"plan": "team"})
    first = made.anonymous_id
    made.reset(rng)
    assert made.anonymous_id != first
    assert (made.user_id, made.traits) == (None, {})


def test_ios_writes_its_uuids_in_capitals():
    """Ids made on iOS are in capitals, those of Android and browsers are not."""
    assert device("ios").anonymous_id.isupper()
    assert device("android").anonymous_id.islower()
    assert device("web").anonymous_id.islower()


def test_an_android_build_belongs_to_its_version():
    """The user agent names the model, the version, and a build whose letter stands for that version."""
    letters = {"13": "T", "14": "U", "15": "A", "16": "B"}
    for row in table("devices")["android"]:
        assert all(build.startswith(letters[version]) for version, build in row["builds"].items())
    context = device("android").constant
    version, model = context["os"]["version"], context["device"]["model"]
    assert f"Android {version}; {model} Build/{letters[version]}" in context["userAgent"]


def test_every_kind_can_be_made():
    """There is a device of every kind, and each names its library but Segment's own engine."""
    for kind in KINDS:
        made = device(kind)
        assert made.kind == kind
        assert ("library" in made.constant) is (kind != "engage")

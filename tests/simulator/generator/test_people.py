from __future__ import annotations

import re
import unicodedata
from math import log
from statistics import mean, pstdev

import pytest

from simulator.errors import UsageError
from simulator.generator.clock import parse_start
from simulator.generator.data import table
from simulator.generator.people import age, make_person, places, profile_traits
from simulator.generator.randomness import stream

LOCALES = tuple(table("places"))


def letters(name: str) -> str:
    """Return a name as an address would spell it."""
    swapped = name.lower().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xDF: "ss", 0xF8: "oe", 0xE6: "ae"})
    return re.sub("[^a-z]", "", unicodedata.normalize("NFKD", swapped).encode("ascii", "ignore").decode())


@pytest.mark.parametrize("locale", LOCALES)
def test_a_person_is_consistent_in_themselves(locale):
    """The e-mail address and username come from the name; city, region, code, phone and country from one place."""
    known = {(place.city, place.region): place for place in places(locale)}
    for number in range(15):
        person = make_person(stream(7, number), number, locale, 1000.0, 2025)
        profile = person.profile
        assert profile.email.partition("@")[0] == profile.username
        assert profile.email.partition("@")[2] in ("example.com", "example.net", "example.org")
        if locale != "ja_JP":
            given, family = letters(profile.first), letters(profile.last)
            assert given in profile.username or family in profile.username
        traits = profile_traits(person, parse_start("2025-12-31"))
        assert traits["name"] in (f"{profile.first} {profile.last}", f"{profile.last} {profile.first}")
        place = known[traits["address"]["city"], traits["address"]["state"]]
        assert place == person.place
        assert traits["phone"].startswith(place.dial)
        assert place.prefix in traits["address"]["postalCode"]
        assert traits["address"]["country"] == place.country
        assert int(traits["birthday"][:4]) + traits["age"] == 2025
        assert all(value.strip() == value != "" for value in traits["address"].values())


@pytest.mark.parametrize(
    ("locale", "digits"),
    [("en_US", 10), ("en_GB", 10), ("en_AU", 9), ("fr_FR", 9), ("es_ES", 9), ("nl_NL", 9), ("pt_BR", 11)],
)
def test_a_phone_number_is_as_long_as_its_country_has_it(locale, digits):
    """After the dial code come as many digits as numbers of that country have, in every place."""
    for place in places(locale):
        person = make_person(stream(7), 1, locale, 1.0, 2025)
        person.place = place
        assert len(person.profile.phone) - len(place.dial) == digits


def test_an_italian_number_keeps_the_zero_of_its_area_code():
    """In Italy the zero is part of the number abroad too."""
    assert all(place.area.startswith("0") for place in places("it_IT"))
    person = make_person(stream(7), 1, "it_IT", 1.0, 2025)
    assert person.profile.phone.startswith(f"+39{person.place.area}")


@pytest.mark.parametrize(
    ("today", "years"), [("2026-01-04", 28), ("2026-01-05", 29), ("2026-12-31", 29), ("2027-01-05", 30)]
)
def test_people_grow_older_on_their_birthday(today, years):
    """The age is the one of the day of the message, not of the run."""
    assert age("1997-01-05", today) == years


def test_e_mail_addresses_differ():
    """No two people of a run share an e-mail address."""
    addresses = [make_person(stream(1, number), number, "en_US", 1.0, 2025).profile.email for number in range(1_000)]
    assert len(set(addresses)) == 1_000


def test_a_person_does_not_depend_on_when_they_are_asked():
    """A profile is the same whenever it is first needed, whoever was asked before."""
    first, second = (make_person(stream(3), 5, "de_DE", 1.0, 2025) for _ in range(2))
    make_person(stream(4), 6, "de_DE", 1.0, 2025).profile  # noqa: B018 - asking is the point
    assert first.profile == second.profile
    assert first.user_id == second.user_id


def test_activity_is_log_normal():
    """Gaps between visits are log-normal over people: their logarithms are normal, with mean 1 before scaling."""
    gaps = [make_person(stream(11, number), number, "en_US", 1.0, 2025).gap_ms for number in range(4_000)]
    logs = [log(gap) for gap in gaps]
    assert abs(mean(logs) + 0.405) < 0.04
    assert abs(pstdev(logs) - 0.9) < 0.03
    assert abs(mean(gaps) - 1.0) < 0.06
    # Symmetric in the logarithm: as many below as above.
    assert abs(sum(value < -0.405 for value in logs) / 4_000 - 0.5) < 0.03


def test_an_unknown_locale_is_a_usage_error():
    """A locale without places is refused, and the known ones are listed."""
    with pytest.raises(UsageError, match="--locale xx_XX: must be one of en_US, en_GB, en_CA"):
        places("xx_XX")

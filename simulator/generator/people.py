"""People: made once from the seed, consistent in themselves.

The e-mail address and the username come from the name, the company address from the company, and city, region, postal
code, phone number and time zone from one real place (``data/places.toml``); names and streets come from faker. Faker is
asked only when a person first says who they are: most visitors never do, and importing it costs more than a visit.
All addresses use domains reserved for documentation (RFC 2606), so nobody real is ever met.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from math import exp
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import UsageError
from simulator.generator.clock import DAY, iso
from simulator.generator.data import table
from simulator.generator.randomness import Table, between, normal, one_of, stream, uuid4

if TYPE_CHECKING:
    from random import Random

    from simulator.generator.devices import Device


class Place(NamedTuple):
    """Where a person lives: one row of ``data/places.toml`` with its country's columns."""

    city: str
    region: str
    prefix: str
    area: str
    timezone: str
    offset: int
    latitude: float
    longitude: float
    country: str
    currency: str
    tax: int
    language: str
    dial: str
    subscriber: int
    postal: str


@cache
def places(locale: str) -> tuple[Place, ...]:
    """Return the places of a locale.

    Raises:
        UsageError: The locale has none; lists those that do.
    """
    known = table("places")
    if locale not in known:
        raise UsageError.none_of("--locale", locale, known)
    row = known[locale]
    rest = [row[key] for key in ("country", "currency", "tax", "language", "dial", "subscriber", "postal")]
    return tuple(Place(*place, *rest) for place in row["place"])


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person would write into a form."""

    first: str
    last: str
    gender: str
    username: str
    email: str
    phone: str
    birthday: str
    street: str
    postal_code: str
    company: str
    company_id: str
    industry: str
    employees: int
    title: str
    family_first: bool = False

    @property
    def name(self) -> str:
        """First and last name, in the order of the language."""
        return f"{self.last} {self.first}" if self.family_first else f"{self.first} {self.last}"


@dataclass(slots=True)
class Person:
    """One person, with what they carry from visit to visit.

    Attributes:
        number: From 0.
        profile_seed: Of the stream their profile is drawn from.
        place: Where they live.
        pace: How much slower than average they click, a factor (log-normal, mean 1).
        gap_ms: Mean time between two visits, milliseconds (log-normal over people).
        user_id: The database id, once they have an account; it is fixed by the seed from the start.
        grown_by: The year they are 18 in at the latest.
        registered_ms: When the account was made, or ``None``.
        devices: What they use, the preferred first.
        carry: What journeys keep between states: the product last viewed, the cart, the plan ...
        traits: Traits that evolved beyond the profile (``plan``, ``newsletter`` ...).
        past: States of leaving that come once, and have come.
    """

    number: int
    profile_seed: int
    locale: str
    place: Place
    pace: float
    gap_ms: float
    user_id: str
    grown_by: int
    registered_ms: int | None = None
    devices: list[Device] = field(default_factory=list)
    carry: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    past: set[str] = field(default_factory=set)
    _profile: Profile | None = None

    @property
    def profile(self) -> Profile:
        """What faker knows of this person; made on first use, the same whenever that is."""
        if self._profile is None:
            self._profile = _make_profile(self)
        return self._profile


def make_person(rng: Random, number: int, locale: str, gap_ms: float, grown_by: int) -> Person:
    """Return person ``number``, drawn from a stream.

    Args:
        rng: The stream; what faker knows of the person is drawn from one of their own, when it is first needed.
        number: Stands in the e-mail address, so that no two are the same.
        locale: Where they live.
        gap_ms: Mean time between visits over all people, milliseconds.
        grown_by: The year they are 18 in at the latest: the one before the run starts.
    """
    # Log-normal with mean 1: a few people are far more active than the rest.
    return Person(
        number=number,
        profile_seed=rng.getrandbits(64),
        locale=locale,
        place=one_of(rng, places(locale)),
        pace=exp(0.35 * normal(rng) - 0.06125),
        gap_ms=gap_ms * exp(0.9 * normal(rng) - 0.405),
        user_id=uuid4(rng),
        grown_by=grown_by,
    )


_MAIL = Table([("example.com", 55), ("example.net", 25), ("example.org", 20)])
_INDUSTRIES = ("Software", "Retail", "Logistics", "Healthcare", "Education", "Manufacturing", "Media", "Finance")
_TITLES = ("Product Manager", "Operations Lead", "Analyst", "Head of Marketing", "Engineer", "Office Manager")
_LETTERS = "ABEGHJLNPRTWXYZ"
"""Letters that postal codes have at the end in each country that has letters there."""


@cache
def _faker(locale: str) -> Any:
    from faker.factory import Factory  # noqa: PLC0415 - start-up counts, and many runs name nobody

    # Unweighted: twice as fast, and every name of the list is as good as another.
    return Factory.create(locale, use_weighting=False)


def _make_profile(person: Person) -> Profile:
    rng, place, locale = stream(person.profile_seed, "profile"), person.place, person.locale
    fake = _faker(locale)
    fake.seed_instance(rng.getrandbits(64))
    gender = one_of(rng, ("female", "male"))
    romanised = ("", "")
    if locale == "ja_JP":  # names a Japanese would not put into an e-mail address
        kanji, _, roman = fake.first_name_female_pair() if gender == "female" else fake.first_name_male_pair()
        family, _, roman_family = fake.last_name_pair()
        first, last, romanised = kanji, family, (roman, roman_family)
    else:
        first = fake.first_name_female() if gender == "female" else fake.first_name_male()
        last = _family(fake.last_name())
        romanised = (first, last)
    company = _company(fake, last)
    given, family = _ascii(romanised[0]), _ascii(romanised[1])
    # The number keeps addresses apart: two customers who share an e-mail would be a finding of their own.
    username = one_of(rng, (f"{given}.{family}", f"{given[0]}{family}", f"{given}{family[0]}", f"{family}.{given}"))
    username += str(person.number)
    domain = _MAIL.draw(rng)
    year = person.grown_by - between(rng, 18, 79)
    return Profile(
        first=first,
        last=last,
        gender=gender,
        username=username,
        email=f"{username}@{domain}",
        phone=f"{place.dial}{place.area}{_digits(rng, place.subscriber)}",
        birthday=f"{year:04d}-{between(rng, 1, 12):02d}-{between(rng, 1, 28):02d}",
        street=_street(fake, rng, locale),
        postal_code=_postal(rng, place),
        company=company,
        company_id=f"acct_{person.number:05d}",
        industry=one_of(rng, _INDUSTRIES),
        employees=between(rng, 2, 900),
        title=one_of(rng, _TITLES),
        family_first=locale == "ja_JP",
    )


def _street(fake: Any, rng: Random, locale: str) -> str:
    if locale == "ja_JP":  # faker's own is half English
        return f"{fake.town()}{between(rng, 1, 5)}-{between(rng, 1, 20)}-{between(rng, 1, 15)}"
    return " ".join(fake.street_address().replace("\n", ", ").split())


def _family(name: str) -> str:
    """Return a last name in speaking order: faker's Dutch list writes ``Berg, van den``."""
    stem, comma, prefix = name.partition(", ")
    return f"{prefix} {stem}" if comma else name


def _company(fake: Any, last: str) -> str:
    name: str = fake.company()
    return name or last


def _digits(rng: Random, count: int) -> str:
    return str(between(rng, 2, 9)) + "".join(str(between(rng, 0, 9)) for _ in range(count - 1))


def _postal(rng: Random, place: Place) -> str:
    out = []
    for sign in place.postal:
        if sign == "p":
            out.append(place.prefix)
        elif sign == "#":
            out.append(str(between(rng, 0, 9)))
        elif sign == "A":
            out.append(one_of(rng, _LETTERS))
        else:
            out.append(sign)
    return "".join(out)


def _ascii(text: str) -> str:
    """Return a name as an e-mail address spells it: ``Müller`` is ``mueller``, ``O'Brien`` is ``obrien``."""
    swapped = text.lower().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xDF: "ss", 0xF8: "oe", 0xE6: "ae"})
    plain = unicodedata.normalize("NFKD", swapped).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain) or "customer"


def profile_traits(person: Person, now: int) -> dict[str, Any]:
    """Return the traits a web site or a server sends about a person who has an account.

    Args:
        person: Who.
        now: Simulated time, milliseconds: people grow older.
    """
    profile, place = person.profile, person.place
    traits: dict[str, Any] = {
        "email": profile.email,
        "firstName": profile.first,
        "lastName": profile.last,
        "name": profile.name,
        "username": profile.username,
        "phone": profile.phone,
        "gender": profile.gender,
        "birthday": profile.birthday,
        "age": age(profile.birthday, iso(now)[:10]),
        "address": {
            "street": profile.street,
            "city": place.city,
            "state": place.region,
            "postalCode": profile.postal_code,
            "country": place.country,
        },
    }
    if person.registered_ms is not None:
        traits["createdAt"] = iso(person.registered_ms)
    return traits


def age(birthday: str, today: str) -> int:
    """Return somebody's age in years; both days are written ``YYYY-MM-DD``."""
    return int(today[:4]) - int(birthday[:4]) - (today[5:] < birthday[5:])


def account_age_ms(rng: Random) -> int:
    """Return how long ago a customer of before signed up: up to two years, milliseconds."""
    return int(rng.random() * 730 * DAY) + DAY

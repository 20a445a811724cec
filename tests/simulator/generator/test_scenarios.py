"""Every scenario's own expectation, held against the product: admission, identity, check."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.identity.engine import Identity
from simulator.checking.contract_checks import ContractChecks
from simulator.generator import catalogue, generate
from simulator.generator.checks import check_journey, check_scenario
from simulator.generator.clock import parse_start
from simulator.generator.data import names, table
from simulator.generator.scenarios import Scene, Story
from simulator.generator.stories import tell
from simulator.mapping.loading import load_mapping
from simulator.pipeline import traces
from simulator.segment.admission import Admission
from simulator.segment.message import Admitted
from simulator.segment.reading import received_from

ALL = {each.name: each for each in catalogue()}
STORIES = [each for each in ALL.values() if isinstance(each, Story)]
SCENES = [each for each in ALL.values() if isinstance(each, Scene)]
START = parse_start("2026-01-05T09:00:00Z")
NOW_US = parse_start("2026-12-31T00:00:00Z") * 1_000


def test_the_24_are_there():
    """The 24 scenarios of Segment's identity life are there by number, each once."""
    assert sorted(each.number for each in STORIES if each.number is not None) == list(range(1, 25))


def test_names_of_the_terminal_ui_are_there():
    """The scenarios shown in the terminal UI exist, the default comes first, and Engage is among them."""
    assert next(iter(ALL)) == "mixed"
    assert {"checkout-flow", "shared-device", "late-identify", "dirty-data"} <= set(ALL)
    assert {"engage-audience", "engage-computed-trait"} <= set(ALL)
    assert all(each.about.endswith(".") for each in ALL.values())


@pytest.mark.parametrize("name", names("journeys"))
def test_shipped_journeys_pass_the_check_of_users_files(name):
    """What ships is held to the same rules as users' own journeys."""
    check_journey(table(f"journeys/{name}"))


def test_shipped_scenarios_pass_the_check_of_users_files():
    """What ships is held to the same rules as users' own scenarios."""
    journeys = {name: table(f"journeys/{name}") for name in names("journeys")}
    for file in names("scenarios"):
        for row in table(f"scenarios/{file}")["scenario"]:
            check_scenario(row, row["name"], journeys)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("story", STORIES, ids=[each.name for each in STORIES])
def test_a_story_ends_as_it_says(story, number):
    """Actors, their anonymousIds and events, identity warnings and discards of one telling are those of the file."""
    telling = tell(story, 7, number, START)
    admission, identity = Admission(lambda: 0), Identity()
    warnings, ignored, events = set(), set(), 0
    for _, message in telling.messages():
        answer = admission.admit(message)
        if not isinstance(answer, Admitted):
            ignored.add(answer.code)
            continue
        events += 1
        event = IdEvent(
            events,
            answer.message_id,
            answer.time_ms * 1_000,
            answer.user_id,
            answer.anonymous_id,
            answer.call == "identify",
            answer.event,
        )
        warnings |= {warning.code for warning in identity.add(event).warnings}
    label = {identifier: name for name, identifier in telling.roles.items()}
    found = [
        (label.get(actor.user_id, actor.user_id), sorted(label[each] for each in actor.anonymous_ids), actor.events)
        for actor in identity.actors()
    ]
    wanted = [(actor.get("user"), actor["anonymous"], actor["events"]) for actor in story.expect["actors"]]
    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert ignored == set(story.expect["ignored"])
    # Duplicates and unsupported calls never reach identity: their warnings are the stitch report's.
    assert warnings == set(story.expect["warnings"]) - {"duplicate_message_id", "unsupported_call"}


def findings(messages, mapping="segment-docs"):
    """Yield every warning and error of a check, with its path and event."""
    checks = ContractChecks(now=lambda: NOW_US)
    run = traces(
        received_from(messages),
        admission=Admission(lambda: 0),
        mapping=load_mapping(mapping),
        checks=checks,
    )
    for trace in run:
        for violation in (*trace.notes, *trace.violations):
            if violation.severity != "info":
                yield violation.code, violation.path, trace.received.payload.get("event")


CLEAN = [scene.name for scene in SCENES if scene.expect["clean"]]


@pytest.mark.parametrize("name", CLEAN)
def test_clean_messages_pass_the_check(name):
    """Every message of a clean scenario passes the check of every stage with no warning."""
    assert list(findings(generate(400, 11, scenarios=[name], people=100))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CLEAN)
def test_ten_thousand_clean_messages_pass_the_check(name):
    """The issue's count: 10,000 messages each."""
    assert list(findings(generate(10_000, 12, scenarios=[name]))) == []


@pytest.mark.slow
@pytest.mark.parametrize("locale", table("places"))
def test_every_locale_is_clean(locale):
    """The default scenario passes the check with no warning wherever its people live."""
    assert list(findings(generate(3_000, 13, locale=locale))) == []


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_population_meets_only_the_warnings_it_says(scene):
    """Identity warnings of a population are among those its scenario names."""
    admission, identity = Admission(lambda: 0), Identity()
    warnings = set()
    for index, message in enumerate(generate(1_000, 5, scenarios=[scene.name], people=60)):
        answer = admission.admit(message)
        if isinstance(answer, Admitted):
            added = identity.add(
                IdEvent(
                    index + 1,
                    answer.message_id,
                    answer.time_ms * 1_000,
                    answer.user_id,
                    answer.anonymous_id,
                    answer.call == "identify",
                    answer.event,
                )
            )
            warnings |= {warning.code for warning in added.warnings}
    assert warnings <= set(scene.expect["warnings"])

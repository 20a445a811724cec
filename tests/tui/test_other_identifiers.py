"""Identity's panes where events carry more than a userId and an anonymousId: an email, a phone."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.attribution import IdEvent, Options
from simulator.tui.details.lanes import lane_lines
from simulator.tui.details.people import actor_lines, brief_id, log_lines
from simulator.tui.happenings import Happening
from simulator.tui.screens.why import verdict, why_lines
from simulator.tui.signs import UNICODE
from simulator.tui.standpoint import Standpoint
from simulator.tui.story import Story

INES, TOM = "ines@example.com", "tom@example.com"
EVENTS = (
    (None, "c-51", ()),
    (None, "c-51", (("email", INES),)),
    ("ines", None, (("email", INES),)),
    (None, "z-1", (("email", TOM), ("phone", "555"))),
    ("ines", None, (("email", TOM),)),
)


@pytest.fixture
def story():
    """A cookie known by its email; an email of somebody else in an event of hers, which is refused."""
    story = Story(options=Options(unique=("userId", "email")))
    for number, (user, anonymous, others) in enumerate(EVENTS, 1):
        event = IdEvent(number, f"a{number}", number * 60_000_000, user, anonymous, True, "identify", others)
        story.add(Happening(event, f"e{number}", None))
    return story


def text_of(entries):
    """The lines as text."""
    return ["".join(span.text for span in entry.line).rstrip() for entry in entries]


def test_every_identifier_of_an_actor_is_listed(story):
    """With its name, its events and what made it the actor's; a refused claim stands with both it keeps apart."""
    assert text_of(actor_lines(story, None, 78, UNICODE)) == [
        " ● ines                                            2 ids ⋈2       4 events",
        "    ├ c-51                       2   with email ines@example.com by a2",
        "    └ email ines@example.com     1   claimed by a3",
        "      ! claim a5 on email tom@example.com not applied",
        "",
        " ○ anonymous actors: 1",
        "  ○ email tom@example.com                                           1 event",
        "    ├ z-1                        1   with email tom@example.com by a4",
        "    ├ email tom@example.com      1   with z-1 by a4",
        "    └ phone 555                  1   with email tom@example.com by a4",
        "      ! claim of ines by a5 refused: email tom@example.com",
    ]


def test_an_identifier_of_a_user_can_be_selected_and_unlinked(story):
    """Its line has the key that unlinking takes, and taking it back is exact."""
    keys = [entry.key for entry in actor_lines(story, None, 78, UNICODE)]
    assert ("user:ines", f"id:email:{INES}") in keys
    story.unlink("ines", f"id:email:{INES}")
    assert [actor.actor for actor in story.actors()][-1] == f"id:email:{INES}"


def test_each_identifier_has_a_lane(story):
    """An event stands on the lane of everything it carries; a refused claim is hollow at both of its ends."""
    actor = story.actors()[0]
    lines = lane_lines(story, actor, story.points_of(actor), 1, None, width=60, signs=UNICODE)
    assert ["".join(span.text for span in row).rstrip() for row in lines[1:]] == [
        ">c-51           ◐──◐",
        " ines@e…e.com      ◐──╮",
        " z-1                  │  ○",
        " tom@ex…e.com         │  ○──◇",
        " phone 555            │  ○",
        " ines                 ◆━━━━━◇",
        "               a1    a3    a5",
    ]


def test_the_log_says_what_rests_on_what(story):
    """The promise of Segment's page holds for no other identifier: a merge by an email is ours, a refusal too."""
    rows = story.log()
    assert [(row.kind, row.anonymous_id, row.to, row.basis, row.code) for row in rows] == [
        ("merge", "c-51", f"id:email:{INES}", "ours", ""),
        ("merge", f"id:email:{INES}", "user:ines", "ours", ""),
        ("merge", "c-51", "user:ines", "ours", ""),
        ("conflict", f"id:email:{TOM}", "user:ines", "ours", "refused_join"),
    ]
    texts = text_of(log_lines(rows, 78, UNICODE, "first-claim"))
    assert texts[0].startswith(" 00:02:00  ⋈ c-51 ⇒ ines@e…le.com")
    assert texts[3].startswith(" 00:05:00  ! refused_join  email t…le.com → ines")


def test_an_actor_that_became_part_of_a_user_is_found_there(story):
    """Looked at by its name, or by a row of the log."""
    stand = Standpoint(story)
    stand.look_at_actor(f"id:email:{INES}")
    assert stand.actor_now().actor == "user:ines"
    stand.look_at_row(story.log()[3])
    assert (stand.actor, stand.event) == (f"id:email:{TOM}", 5)


@pytest.mark.parametrize(
    ("width", "text"), [(22, "email ines@example.com"), (13, "ines@e…le.com"), (16, "ines@example.com")]
)
def test_two_emails_never_look_alike(width, text):
    """Where there is little room the name goes before the value does."""
    assert brief_id(f"id:email:{INES}", width) == text


def test_why_names_other_identifiers_as_people_do():
    """In the verdict on an event, and on two ids."""
    one = {"subject": "a4", "belongs_to": f"id:email:{TOM}"}
    assert "".join(span.text for span in verdict(one)) == f"a4   belongs to  email {TOM}"
    pair = {"subject": f"id:email:{TOM}, user:ines", "same": False}
    assert "".join(span.text for span in verdict(pair)) == f"email {TOM} and ines   are not one actor"


def test_a_folded_reason_goes_on_before_it_is_explained():
    """What stands below a selected step does not stand in the middle of its sentence."""
    step = {"text": "names userId ines: an event that names a user is theirs", "message": "a5", "basis": "inferred"}
    (entry,) = why_lines({"subject": "a5", "belongs_to": "user:ines", "steps": [step]}, 66)[2:]
    assert "".join(span.text for span in entry.rest[0]).strip() == "user is theirs"
    assert "basis inferred" in "".join(span.text for span in entry.more[0])

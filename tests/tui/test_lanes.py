"""The timeline's axis and names."""

from simulator.tui.details.lanes import lane_lines
from simulator.tui.signs import signs
from simulator.tui.story import Story


def drawn(happenings):
    """Return the timeline of the first actor as text."""
    story = Story()
    for happening in happenings:
        story.add(happening)
    actor = story.actors()[0]
    lines = lane_lines(story, actor, story.points_of(actor), 1, None, width=90, signs=signs(False))
    return ["".join(span.text for span in line) for line in lines]


def test_a_burst_has_one_time(traces):
    """Ten events within a second: their time is said once."""
    first = traces.shared_tablet()[0]
    burst = [
        first._replace(event=first.event._replace(seq=n, message=f"m{n}", time_us=first.event.time_us + n))
        for n in range(1, 11)
    ]
    assert drawn(burst)[0].split() == ["10:00:00"]


def test_an_id_with_a_space_has_a_name_of_its_own(traces):
    """The space at the beginning of a userId is seen."""
    first = traces.shared_tablet()[0]
    spaced = first._replace(event=first.event._replace(user_id=" u_42"))
    assert drawn([spaced])[1].startswith(">␣u_42")

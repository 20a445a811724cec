"""What stands below the timeline."""

from simulator.tui.details.standing import about_lines
from simulator.tui.signs import signs
from simulator.tui.story import Story


def test_another_day_is_named(traces):
    """Where an event arrived on another day than it happened the days are said; else the time of day is enough."""
    story = Story()
    first, second, *_ = traces.shared_tablet()
    story.add(first)
    story.add(second._replace(arrived_us=second.arrived_us + 86_400_000_000))
    said = ["".join(span.text for span in about_lines(story.point(number), 100, signs(False))[0]) for number in (1, 2)]
    assert said == [
        " m1   Subscription Renewed   happened 10:00:00   arrived 10:05:02",
        " m2   Product List Viewed   happened 2026-03-02 10:01:00   arrived 2026-03-03 10:06:02",
    ]

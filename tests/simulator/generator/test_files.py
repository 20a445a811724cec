from __future__ import annotations

import pytest

from simulator.errors import InputError
from simulator.generator import catalogue, generate

JOURNEY = """
name = "library"
title = "A public library: search, reserve, fetch."
site = "https://library.example"
channels = { web = 1 }
entry = { home = 1 }

[state.home]
page = ["/", "Library"]
call = "page"
to = [{ state = "searched", weight = 0.9, after = "5s" }]

[state.searched]
sets = { shelf = { one_of = ["A", "B"] }, copies = { between = [1, 3] } }
page = ["/search/{shelf}", "Shelf {shelf}"]
event = "Books Searched"
properties = { shelf = "$shelf", copies = "$copies", reservation_id = { id = "res" }, branch = "Main" }
to = [
  { state = "searched", weight = 0.4, every = "10s" },
  { state = "login", weight = 0.3, if = "registered and not known" },
]

[state.login]
identify = "login"
to = []
"""

SCENARIOS = """
[[scenario]]
name = "two-calls"
about = "A view and a login."
devices = { laptop = "web" }
steps = [
  { at = "0s", on = "laptop", event = "Book Opened", properties = { isbn = "978-0" } },
  { at = "5s", on = "laptop", identify = "U1" },
]

[[scenario]]
name = "busy-library"
about = "Readers who never log out."
journeys = { library = 1, ecommerce = 1 }
habits = { login_memory = 1.0 }
"""


@pytest.fixture
def write(tmp_path):
    """Write a file of the user's."""

    def file(text, name="own.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_a_journey_of_ones_own_is_played(write):
    """A journey file alone is what is generated, with its own states, properties and carried values."""
    messages = list(generate(300, 1, journey_files=[write(JOURNEY)]))
    searches = [message for message in messages if message.get("event") == "Books Searched"]
    assert len(searches) > 100
    for message in searches:
        properties = message["properties"]
        assert properties["shelf"] in ("A", "B")
        assert properties["copies"] in (1, 2, 3)
        assert properties["branch"] == "Main"
        assert properties["reservation_id"].startswith("res_")
        assert message["context"]["page"]["path"] == f"/search/{properties['shelf']}"
        assert message["context"]["page"]["url"].startswith("https://library.example/search/")
    assert {message["type"] for message in messages} == {"page", "track", "identify"}


def test_scenarios_of_ones_own_are_played(write):
    """Scenario files can tell stories and use journeys of other files, and are listed with the rest."""
    files = [write(SCENARIOS, "scenarios.toml"), write(JOURNEY)]
    story = list(generate(10, 1, scenarios=["two-calls"], journey_files=files))
    assert sum(message.get("event") == "Book Opened" for message in story) == 5
    assert next(generate(1, 1, scenarios=["busy-library"], journey_files=files))
    assert {"two-calls", "busy-library", "library"} <= {each.name for each in catalogue(files)}


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('title = "A public', 'titel = "A public', "titel: unknown key; allowed are name, title, company"),
        ('name = "library"', "", "name: missing"),
        ("entry = { home = 1 }", "entry = { start = 1 }", "entry: 'start' is not among home, searched, login"),
        ("channels = { web = 1 }", "channels = { tv = 1 }", "channels: 'tv' is not among web, ios, android"),
        ("channels = { web = 1 }", "channels = { web = 0 }", "channels: at least one weight must be more than 0"),
        (
            'state = "searched", weight = 0.9',
            'state = "serched", weight = 0.9',
            r"state.home.to\[0\].state: 'serched' is not",
        ),
        ("weight = 0.9", "weight = 1.9", r"state.home.to\[0\].weight: 1.9 must be a number from 0 to 1"),
        ("weight = 0.4", "weight = 0.8", "state.searched.to: the weights sum to 1.1; they may sum to 1"),
        ('after = "5s"', 'after = "soon"', r"state.home.to\[0\].after: 'soon' is no duration: write 500ms"),
        ('after = "5s"', "after = 5", r'state.home.to\[0\].after: must be a duration in quotes, such as "90s"'),
        (
            '"registered and not known"',
            '"rich"',
            r"state.searched.to\[1\].if: 'rich' is no condition: use known, anonymous, registered",
        ),
        ('identify = "login"', 'identify = "hello"', "state.login.identify: 'hello' is not among login, sign_up"),
        ('identify = "login"', 'identify = "login"\nevent = "X"', "state.login: only one of event, call, identify"),
        ('"$copies"', '"$copys"', "state.searched.properties.copies: nothing carries 'copys'; carried are account"),
        ("between = [1, 3]", "between = [3, 1]", "state.searched.sets.copies: between takes two whole numbers"),
        ("/search/{shelf}", "/search/{shelv}", "state.searched.page: 'shelv' is not among account"),
        ("[state.login]", "[state.login]\ndoes = ['magic']", "state.login.does: 'magic' is not among browse_list"),
        (
            "[state.home]",
            "[[leaving]]\nstate = 'login'\nonce = 1\n[state.home]",
            r"leaving\[0\].once: must be true or false",
        ),
        ("name = ", "name == ", "not TOML: Invalid value"),
    ],
)
def test_a_wrong_journey_says_where_and_what_is_allowed(write, old, new, text):
    """The error names the file, the key and what is allowed there."""
    assert old in JOURNEY
    path = write(JOURNEY.replace(old, new, 1))
    with pytest.raises(InputError, match=text) as caught:
        generate(1, 1, journey_files=[path])
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('on = "laptop", event', 'on = "phone", event', r"scenario\[0\].steps\[0\].on: 'phone' is not among laptop"),
        (', properties = { isbn = "978-0" }', "", r"'Book Opened' is no event of a journey; give it properties"),
        ('at = "5s"', 'at = "-5s"', r"scenario\[0\].steps\[1\].at: steps stand in the order of their arrival"),
        ('laptop = "web"', 'laptop = "fax"', r"scenario\[0\].devices.laptop: 'fax' is not among web, ios"),
        ("library = 1,", "libary = 1,", r"scenario\[1\].journeys: 'libary' is not among"),
        ("login_memory = 1.0", "login_memory = 3", r"habits.login_memory: 3 must be a number from 0 to 1"),
        ("habits", "habbits", r"scenario\[1\].habbits: unknown key; allowed are name, about, journeys"),
    ],
)
def test_a_wrong_scenario_says_where_and_what_is_allowed(write, old, new, text):
    """The same for scenarios."""
    assert old in SCENARIOS
    files = [write(SCENARIOS.replace(old, new, 1), "s.toml"), write(JOURNEY)]
    with pytest.raises(InputError, match=text):
        generate(1, 1, journey_files=files)


def test_a_file_that_is_not_there_says_so(tmp_path):
    """A missing file is an input error with its name."""
    with pytest.raises(InputError, match=r"none\.toml: No such file or directory"):
        generate(1, 1, journey_files=[tmp_path / "none.toml"])

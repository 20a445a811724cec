import pytest

from simulator.segment.integrations import switched_off


def answer(integrations):
    """The flag that switches off, and the codes of the notes."""
    notes = []
    return switched_off(integrations, notes), [note.code for note in notes]


@pytest.mark.parametrize(
    ("integrations", "expected"),
    [
        (None, (None, [])),
        ({}, (None, [])),
        ({"All": True}, (None, [])),
        ({"All": False}, ("/integrations/All", [])),
        ({"all": False}, ("/integrations/all", [])),
        ({"ALL": False, "Mixpanel": True}, ("/integrations/ALL", [])),
        ({"All": "false"}, (None, [])),
        ({"All": None}, (None, [])),
        ({"All": 0}, (None, [])),
        ({"Pointillist": False}, ("/integrations/Pointillist", [])),
        ({"Pointillist": False, "All": True}, ("/integrations/Pointillist", [])),
        ({"All": False, "Pointillist": True}, (None, [])),
        ({"All": False, "Pointillist": {"x": 1}}, (None, [])),
        ({"All": False, "Pointillist": {}}, (None, [])),
        ({"All": False, "Pointillist": None}, (None, [])),
        ({"All": False, "Pointillist": "false"}, (None, [])),
        ({"All": False, "Pointillist": 0}, (None, [])),
        ({"pointillist": False}, (None, ["integration_case"])),
        ({"All": False, "POINTILLIST": True}, ("/integrations/All", ["integration_case"])),
        ({"Segment.io": True}, (None, [])),
        ([], (None, ["integrations_not_object"])),
        ("all", (None, ["integrations_not_object"])),
        (False, (None, ["integrations_not_object"])),
        (0, (None, ["integrations_not_object"])),
    ],
)
def test_flags(integrations, expected):
    """A boolean counts as itself, any other present value is on, All in any case and only if boolean."""
    assert answer(integrations) == expected

"""The list of the run's violations, and which command says the same."""

from types import SimpleNamespace

import simulator
from contracts.codes import CODES, violation
from simulator.tui.screens.codes import _OF_STITCH, CodesScreen
from simulator.tui.session import CodeCount

TWO_USERS = [
    {"type": "track", "event": "Seen", "messageId": f"m{number}", "userId": user, "anonymousId": "a-1"}
    for number, user in enumerate(("u-1", "u-2"))
]


def shown(*codes):
    """The foot of the list of these codes, and its detail texts."""
    found = {(code, "/userId"): CodeCount(violation(code, "/userId", "said"), 1, 1, 1) for code in codes}
    screen = CodesScreen(SimpleNamespace(codes=found))
    texts = ["".join(span.text for part in row.more for span in part) for row in screen.build(110)]
    return "".join(span.text for span in screen.foot_line()), texts


def test_what_only_identity_finds_names_stitch():
    """``check`` says nothing of who is who; the rows and the foot say which command does."""
    foot, texts = shown("conflicting_claim", "blocked_id")
    assert foot.endswith("pointillist-sim check FILE, of identity stitch FILE")
    assert ["stitch FILE says it, check does not" in text for text in texts] == [False, True, False]
    assert shown("blocked_id")[0].endswith("pointillist-sim check FILE")


def test_check_says_nothing_of_who_is_who():
    """The codes the list ascribes to identity are codes, and two users on one anonymousId are nothing to ``check``."""
    codes = {finding.code for finding in simulator.check(TWO_USERS, now="2026-03-02T10:00:00Z").findings}
    assert CODES.keys() >= _OF_STITCH
    assert not codes & _OF_STITCH

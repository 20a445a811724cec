"""An engine without sockets: it shows what a test put into its inbox, and remembers what it was asked."""

from __future__ import annotations

from collections import deque

from made_traces import make_trace

from fake_pointillist.identity.attribution import Options
from simulator.tui.engine import Recipe
from simulator.tui.session import Arrival


class StillSide:
    """The fake's API without a fake: it answers what a test laid ready."""

    def __init__(self):
        self.ready = []
        self.anew = False
        self.policy_name = "first-claim"
        self.fault_list = []
        self.violations = "reject"
        self.asked = []

    async def happenings(self):
        """Stand in for happenings."""
        found, self.ready = self.ready, []
        anew, self.anew = self.anew, False
        return found, anew

    def restart(self):
        """Stand in for restart."""
        self.ready = []

    async def ask(self, question):
        """Stand in for ask."""
        return question(self)

    def policy(self):
        """Stand in for policy."""
        return {"policy": self.policy_name, "options": Options().to_json()}

    def set_policy(self, policy, **options):
        """Stand in for set policy."""
        assert options == Options().to_json()
        self.asked.append(("policy", policy))
        self.policy_name = policy
        return {"moved": [], "summary": {}}

    def unlink(self, user_id, anonymous_id):
        """Stand in for unlink."""
        self.asked.append(("unlink", user_id, anonymous_id))
        return {"moved": []}

    def merges(self):
        """Stand in for merges."""
        return [{"seq": 1, "anonymousId": "7f3a", "from": "anon:7f3a", "to": "user:u_42", "eventsMoved": 3}]

    def reset(self):
        """Stand in for reset."""
        self.asked.append("reset")
        return {}

    def health(self):
        """Stand in for health."""
        return {"status": "ok", "version": "0.1.0", "uptime_s": 764}

    def summary(self):
        """Stand in for summary."""
        return {
            "events": {"accepted": 790, "refused": 18, "duplicates": 1},
            "actors": {"known": 2, "anonymous": 0},
            "merges": 3,
            "conflicts": 1,
            "warnings": {"type_flips": 7},
        }

    def faults(self):
        """Stand in for faults."""
        return {"faults": self.fault_list}

    def on_violation(self):
        """Stand in for on violation."""
        return self.violations

    def set_on_violation(self, what):
        """Stand in for set on violation."""
        self.violations = what

    def add_fault(self, **spec):
        """Stand in for add fault."""
        self.fault_list = [*self.fault_list, spec]

    def clear_faults(self):
        """Stand in for clear faults."""
        self.fault_list = []

    def why(self, event=None, *, a=None, b=None):
        """Stand in for why."""
        self.asked.append(("why", event, a, b))
        if a is not None:
            return {
                "subject": f"{a} and {b}",
                "same": False,
                "steps": [{"text": "no claim joins them", "rule": "R7", "basis": "ours"}],
                "not_applied": [],
            }
        return {
            "subject": "m10",
            "belongs_to": "user:u_42",
            "steps": [
                {
                    "text": "carries anonymousId 9e07; no userId on the event",
                    "message": "m10",
                    "rule": "R11",
                    "basis": None,
                },
                {
                    "text": "9e07 is claimed by u_42: identify m11, 10:17:40 (documented)",
                    "message": "m11",
                    "rule": "R9, R10",
                    "basis": "seed",
                },
            ],
            "not_applied": [
                {
                    "text": "not applied: identify m13 -> u_77: 9e07 already claimed (first-claim)",
                    "message": "m13",
                    "rule": "R12",
                    "basis": "ours",
                }
            ],
        }


class StillEngine:
    """An engine without sockets: it shows what a test put into its inbox and remembers what it was asked."""

    fake_url = "http://127.0.0.1:8765"
    source_url = "http://127.0.0.1:8766"
    token = "demo"
    write_key = "demo"
    policy = "first-claim"
    mapping = "segment-docs"

    def __init__(self, traces=(), *, running=False):
        self.inbox = deque(Arrival(True, trace) for trace in traces)
        self.recipe = Recipe()
        self.running = running
        self.asked = []
        self.generated = 0
        self.problem = None
        self.side = StillSide()

    async def start(self):
        """Stand in for start."""
        self.asked.append("start")

    async def stop(self):
        """Stand in for stop."""
        self.asked.append("stop")

    def set_running(self, running):
        """Stand in for set running."""
        self.running = running

    def set_recipe(self, recipe, *, restart):
        """Stand in for set recipe."""
        self.recipe = recipe
        self.asked.append(("recipe", recipe, restart))

    async def one(self):
        """Stand in for one."""
        self.asked.append("one")

    async def send(self, payload, origin):
        """Stand in for send."""
        self.asked.append(("send", payload, origin))

    async def play(self, path):
        """Stand in for play."""
        self.asked.append(("play", path))
        return 2

    async def resend(self, trace):
        """Stand in for resend."""
        self.asked.append(("resend", trace.name))

    def try_out(self, payload, mapping=None, *, check=True):
        """Stand in for try out."""
        self.asked.append(("try", mapping))
        return make_trace(0, outcome=None)

    def set_mapping(self, name_or_path):
        """Stand in for set mapping."""
        self.mapping = name_or_path

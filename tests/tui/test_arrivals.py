"""What arrived, small."""

from fake_pointillist.identity.attribution import ActorIds
from simulator.tui.arrivals import Arrivals


def test_what_comes_in_comes_out(traces):
    """Every happening is as it was, one that does not say when it arrived too."""
    told = [*traces.shared_tablet(), traces.shared_tablet()[0]._replace(arrived_us=None)]
    arrivals = Arrivals()
    for happening in told:
        arrivals.append(happening)
    assert [arrivals[number] for number in range(len(arrivals))] == told
    assert (arrivals.find("m2"), arrivals.find("m99"), arrivals.event(1).message) == (1, None, "m2")
    assert list(arrivals.carrying("c19e")) == [5, 6, 7]


def test_around_an_actor_stands_what_it_claimed_in_vain(traces):
    """u_77 has no anonymousId; the events of the one it claims belong into its picture."""
    arrivals = Arrivals()
    for happening in traces.shared_tablet():
        arrivals.append(happening)
    u_77 = ActorIds(actor="user:u_77", user_id="u_77", user_ids=("u_77",), anonymous_ids=(), identifiers=(), events=1)
    assert [arrivals.event(number).message for number in arrivals.around(u_77)] == ["m10", "m11", "m12", "m13", "m14"]

from fake_pointillist.identity.reasons import Step, Why
from fake_pointillist.identity.why import why_text
from simulator.stitching.views.reasons import brief

ANON = "f6a57d01-8ad2-4a6c-b9ad-7ff3f7d012da"
USER = "fa5b17e7-1de7-44b0-9ab2-0d35f20e4117"
MONGO = "507f191e810c19729de860ea"


def chain(one, other):
    """A chain of two steps about two ids."""
    claimed = Step(f"{one} is claimed by {other}", f"identify {MONGO}, 10:05:00 (documented)", MONGO, "R9, R10", "seed")
    discarded = Step("never left Segment", "FILTERED_BY_INTEGRATIONS_OBJECT: no", MONGO, None, "fact")
    return Why(f"anon:{one}", f"{one}  1 event", f"user:{other}", None, (claimed,), (discarded,))


def test_long_ids_are_cut_in_the_middle_and_stand_in_columns():
    """A UUID is cut, the same everywhere; a Mongo ObjectId and our own words are not."""
    assert why_text(brief(chain(ANON, USER))) == (
        "f6a57d…012da  1 event                        belongs to  fa5b17…e4117\n"
        " 1  f6a57d…012da is claimed by fa5b17…e4117  identify 507f191e810c19729de860ea, 10:05:00 (documented)"
        "  R9, R10  seed\n"
        " -  never left Segment                       FILTERED_BY_INTEGRATIONS_OBJECT: no"
        "                       fact"
    )


def test_two_ids_never_look_like_one():
    """Where the ends agree more of both is shown; where that does not help they are shown whole."""
    near = brief(chain("visitor1-aaaaaaaaaaaaaa-12345", "visitor2-aaaaaaaaaaaaaa-12345"))
    assert (near.heading, near.belongs_to) == ("visitor1…a-12345  1 event", "user:visitor2…a-12345")
    twins = chain("a" * 20 + "1" + "a" * 20, "a" * 20 + "2" + "a" * 20)
    assert brief(twins) == twins


def test_short_ids_stay_as_they_are():
    """The pinned look is untouched."""
    why = chain("7f3a", "u_42")
    assert brief(why) == why

"""Effects of a business application: accounts, trials, seats (Segment's B2B SaaS spec)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generator.clock import DAY, iso
from simulator.generator.data import table
from simulator.generator.people import make_person
from simulator.generator.randomness import between, one_of, token

if TYPE_CHECKING:
    from simulator.generator.visits import Visit


def describe_user(visit: Visit) -> None:
    """Carry what Signed Up and Signed In tell of the person."""
    profile = visit.person.profile
    visit.carry["username"] = profile.username
    visit.carry["new_user"] = {
        "type": "organic",
        "first_name": profile.first,
        "last_name": profile.last,
        "email": profile.email,
        "phone": profile.phone,
        "username": profile.username,
        "title": profile.title,
    }


def open_account(visit: Visit) -> None:
    """Make the company's account; from here on events belong to its group."""
    profile, carry = visit.person.profile, visit.carry
    carry["account_id"] = profile.company_id
    carry["account_name"] = profile.company
    carry["account"] = {
        "name": profile.company,
        "industry": profile.industry,
        "employees": profile.employees,
        "plan": visit.person.traits.get("plan", "trial"),
    }
    visit.person.traits["company"] = {
        "id": profile.company_id,
        "name": profile.company,
        "industry": profile.industry,
        "employee_count": profile.employees,
    }
    visit.group_id = profile.company_id
    visit.context = None


def join_account(visit: Visit) -> None:
    """Come back to the account of before, or open it where there is none."""
    if "account_id" not in visit.carry:
        open_account(visit)
    visit.group_id = visit.carry["account_id"]
    visit.context = None


def rejoin(visit: Visit) -> None:
    """Be back where one is still logged in: the library remembers the group as it remembers the user."""
    if visit.device.user_id == visit.person.user_id:
        join_account(visit)


def start_trial(visit: Visit) -> None:
    """Begin fourteen days for nothing."""
    data = table("catalogue")["saas"]
    visit.person.traits["plan"] = "trial"
    visit.carry["trial"] = {
        "trial_start_date": iso(visit.next_ms),
        "trial_end_date": iso(visit.next_ms + data["trial_days"] * DAY),
        "trial_plan_name": "business",
    }


def end_trial(visit: Visit) -> None:
    """Let the trial run out: what is left is free."""
    visit.person.traits["plan"] = "free"


def choose_plan(visit: Visit) -> None:
    """Pay for a plan with some seats; the trait follows."""
    name, cents = one_of(visit.rng, table("catalogue")["saas"]["plans"][1:])
    seats = 1 + int(visit.rng.random() * 25)
    visit.person.traits["plan"] = name
    visit.carry["plan"] = {"plan": name, "seats": seats, "revenue": cents * seats // 100, "currency": "USD"}


def invite(visit: Visit) -> None:
    """Invite a colleague: somebody with a name and an address of their own."""
    person = visit.person
    guest = make_person(visit.rng, between(visit.rng, 1, 99), person.locale, 1.0, person.grown_by).profile
    role = one_of(visit.rng, table("catalogue")["saas"]["roles"])
    visit.carry["invitation"] = {
        "invitee_email": guest.email,
        "invitee_first_name": guest.first,
        "invitee_last_name": guest.last,
        "invitee_role": role,
    }
    visit.carry["role"] = role


def work(visit: Visit) -> None:
    """Use some part of the product."""
    boards = visit.carry.get("_boards")
    if not boards:
        create_board(visit)
        boards = visit.carry["_boards"]
    visit.carry["feature"] = one_of(visit.rng, table("catalogue")["saas"]["features"])
    visit.carry["board_id"] = one_of(visit.rng, boards)


def create_board(visit: Visit) -> None:
    """Make a board; the last twenty are the ones one works on."""
    visit.carry["board_id"] = board = f"brd_{token(visit.rng, 8)}"
    visit.carry["_boards"] = (*visit.carry.get("_boards", ()), board)[-20:]


EFFECTS = {
    effect.__name__: effect
    for effect in (
        describe_user,
        open_account,
        join_account,
        rejoin,
        start_trial,
        end_trial,
        choose_plan,
        invite,
        work,
        create_board,
    )
}
"""Every effect by the name journeys use."""

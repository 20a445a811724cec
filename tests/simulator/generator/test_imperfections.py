"""Spoiled traffic, scored: what the check finds of what was done, and whether it cries wolf."""

from __future__ import annotations

import pytest

from contracts import load
from contracts.plan import parse_plan
from simulator.checking.contract_checks import ContractChecks
from simulator.errors import UsageError
from simulator.generator import plan
from simulator.generator.clock import parse_start
from simulator.generator.imperfections import check_rates
from simulator.generator.spoilers import SPOILERS
from simulator.mapping.loading import load_mapping
from simulator.pipeline import traces
from simulator.segment.admission import Admission
from simulator.segment.reading import received_from

NOW_US = parse_start("2026-12-31T00:00:00Z") * 1_000


def scored(made, plans=()):
    """Return (found, missed, false alarms) of a check against the account, and against what only a plan shows."""
    pending, accounts = [], {}

    def messages():
        for index, message in enumerate(made.messages(pending.append)):
            accounts[index] = [account for account in pending if account.arrives != "never"]
            pending.clear()
            yield message

    run = traces(
        received_from(messages()),
        admission=Admission(lambda: 0),
        mapping=load_mapping("segment-docs"),
        checks=ContractChecks(plans, now=lambda: NOW_US),
    )
    found, missed, alarms, elsewhere = [], [], [], set()
    for trace in run:
        done = accounts.pop(trace.received.index)
        said = {violation.code: violation.severity for violation in (*trace.notes, *trace.violations)}
        wanted = {code for account in done for code in (*account.report, *(account.plan if plans else ()))}
        elsewhere |= {code for account in done for code in account.elsewhere}
        found += [(account.imperfection, code) for account in done for code in wanted if code in said]
        missed += [(account.imperfection, code) for account in done for code in wanted if code not in said]
        alarms += [
            (code, [account.imperfection for account in done])
            for code, severity in said.items()
            if severity != "info" and code not in wanted and code not in elsewhere
        ]
    return found, missed, alarms


def test_the_check_finds_what_can_be_found_without_false_alarm():
    """Of every spoiled message the check reports what the account says, and of no clean one anything."""
    found, missed, alarms = scored(plan(1_500, 1, bad=0.3))
    assert (missed, alarms) == ([], [])
    assert len(found) > 250


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_check_finds_everything_in_ten_thousand(seed):
    """The issue's count, with several seeds, a quarter of the messages spoiled."""
    found, missed, alarms = scored(plan(10_000, seed, bad=0.25))
    assert (missed, alarms) == ([], [])
    assert len(found) > 1_500


@pytest.mark.parametrize("name", SPOILERS)
def test_each_imperfection_happens_at_its_rate_and_is_found(name):
    """One way alone: it happens about as often as asked for where it fits, and the check reports what it should."""
    accounts = []
    made = plan(300, 2, imperfections={name: 0.5}, scenarios=["checkout-flow"], people=200)
    messages = list(made.messages(accounts.append))
    assert {account.imperfection for account in accounts} == {name}
    # An identify is about one message in twenty, a known user one in six; everything else fits every fourth at least.
    rare = {"lost_identify": 2, "padded_id": 10}
    assert rare.get(name, 30) < len(accounts) < 190
    assert len(messages) == 300
    _, missed, alarms = scored(made)
    assert (missed, alarms) == ([], [])


def test_a_plan_finds_what_only_a_plan_can_find():
    """Against the plan that ships for this vocabulary every unplanned event is reported, and nothing else is."""
    made = plan(1_500, 4, imperfections={"unplanned_event": 0.1})
    found, missed, alarms = scored(made, [parse_plan(load("plans/generator"))])
    assert (missed, alarms) == ([], [])
    assert len(found) > 80
    assert {code for _, code in found} == {"unplanned_event"}


def test_the_clean_stream_stays_what_it_is():
    """Messages that were not spoiled are the same as without --bad, byte for byte."""
    accounts = []
    clean = {message["messageId"]: message for message in plan(1_500, 9).messages()}
    spoiled = list(plan(1_000, 9, bad=0.2).messages(accounts.append))
    touched = {account.message_id for account in accounts}
    untouched = [message for message in spoiled if message["messageId"] not in touched]
    assert len(untouched) > 700
    assert all(clean[message["messageId"]] == message for message in untouched)


def test_every_spoiled_message_is_accounted_for():
    """What differs from the clean stream stands in the account, and the account names nothing that is not there."""
    accounts = []
    clean = {message["messageId"]: message for message in plan(2_000, 9).messages()}
    messages = list(plan(1_000, 9, bad=0.2).messages(accounts.append))
    named = {account.message_id for account in accounts}
    assert {message["messageId"] for message in messages if message != clean[message["messageId"]]} <= named
    arrived = {message["messageId"] for message in messages}
    for account in accounts:
        assert (account.message_id in arrived) is (account.arrives != "never")


def test_late_messages_keep_their_own_time():
    """A late message arrives after messages that happened later, with its own timestamp; nothing gets lost."""
    messages = list(plan(600, 4, imperfections={"out_of_order": 0.2}).messages())
    times = [parse_start(message["timestamp"]) for message in messages]
    assert times != sorted(times)
    assert len({message["messageId"] for message in messages}) == 600


@pytest.mark.parametrize(
    ("bad", "rates", "text"),
    [
        (1.5, {}, "--bad 1.5: must be from 0 to 1"),
        (0, {"nonsense": 0.1}, "--imperfection nonsense: must be one of missing_ids, misspelt_id"),
        (0, {"duplicate": -1}, "--imperfection duplicate=-1: must be from 0 to 1"),
        (0.6, {"duplicate": 0.6}, "must not add up to more than 1"),
    ],
)
def test_rates_that_cannot_be_meant_are_usage_errors(bad, rates, text):
    """Rates outside 0 to 1 and unknown names are refused with what is allowed."""
    with pytest.raises(UsageError, match=text):
        check_rates(bad, rates)

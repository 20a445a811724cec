from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice

import pytest

from simulator.generator import plan
from simulator.generator.clock import DAY, HOUR, parse_start
from simulator.generator.data import table
from simulator.generator.journeys import shipped
from simulator.generator.population import Habits, Population

START = parse_start("2026-01-05T00:00:00Z")


def by_visitor(messages):
    """Group by anonymousId, and by userId where there is none."""
    found = defaultdict(list)
    for message in messages:
        found[message.get("anonymousId") or message["userId"]].append(message)
    return found


@pytest.fixture(scope="module")
def mixed():
    """A run of the default scenario."""
    return list(plan(9_000, 42, people=900).messages())


def test_messages_come_in_time_order(mixed):
    """Output is ordered by the time of the calls, from the start on."""
    times = [parse_start(message["timestamp"]) for message in mixed]
    assert times == sorted(times)
    assert times[0] >= parse_start("2026-01-05T09:00:00Z")


def test_ids_are_unique(mixed):
    """No messageId comes twice."""
    assert len({message["messageId"] for message in mixed}) == len(mixed)


def test_some_are_in_the_middle_of_a_visit_at_the_start():
    """After the burn-in the first minute is like any other: not everybody is at the beginning of a visit."""
    noon = START + 14 * HOUR
    population = Population(1, noon, 8_000, "en_GB", Habits(journeys=((shipped("ecommerce"), 1.0),)))
    entries = {"Promotion Viewed", "Product List Viewed", "Products Searched", None}
    first = {}
    for at, message in population.messages():
        if at > noon + 120_000:
            break
        first.setdefault(message["anonymousId"], message.get("event"))
    assert any(event not in entries for event in first.values())


CAUSES = {
    "Product Viewed": ("Product Clicked", "page"),
    "Signed Up": ("identify",),
    "Signed In": ("identify",),
    "Coupon Applied": ("Coupon Entered",),
    "Coupon Denied": ("Coupon Entered",),
    "Payment Info Entered": ("Checkout Step Completed",),
    "Order Completed": ("Payment Info Entered",),
    "Video Content Started": ("Video Playback Started",),
    "Video Ad Completed": ("Video Ad Started",),
    "Video Playback Resumed": ("Video Playback Paused", "Video Playback Interrupted"),
    "Push Notification Tapped": ("Push Notification Received",),
    "Deep Link Opened": ("Push Notification Tapped",),
    "Hike Completed": ("Hike Started",),
    "Account Created": ("group",),
    "Trial Started": ("Account Created",),
    "Subscription Started": ("identify",),
}


@pytest.mark.parametrize("journey", ["ecommerce", "saas", "mobile", "media"])
def test_no_event_comes_before_its_cause(journey):
    """Whoever was not in the middle of a visit at the start has the cause of each event before the event."""
    habits = Habits(journeys=((shipped(journey), 1.0),), cookies_cleared=0, second_device=0, shared=0)
    made = Population(1, START, 300, "en_US", habits).messages()
    for messages in by_visitor(message for _, message in islice(made, 4_000)).values():
        if parse_start(messages[0]["timestamp"]) < START + DAY // 2:
            continue
        before = set()
        for message in messages:
            event = message.get("event") or message["type"]
            if event in CAUSES:
                assert before & set(CAUSES[event]), (event, message["messageId"])
            before.add(event)


def test_sign_up_follows_its_identify_with_both_ids(mixed):
    """After identify every client event carries both ids until reset."""
    for messages in by_visitor(mixed).values():
        known = None
        for message in messages:
            if message["type"] == "identify" and message.get("userId"):
                known = message["userId"]
            elif message.get("event") == "Signed Out":
                known = None
            elif known is not None and message.get("anonymousId"):
                assert message["userId"] == known


def test_people_identify_at_different_moments(mixed):
    """Of the visitors some are known from the start, some become known, most stay anonymous."""
    kinds = Counter()
    for messages in by_visitor(mixed).values():
        ids = [bool(message.get("userId")) for message in messages]
        kinds["known" if all(ids) else "becomes known" if any(ids) else "anonymous"] += 1
    assert kinds["becomes known"] > 40
    assert kinds["known"] > 50
    assert kinds["anonymous"] > kinds["becomes known"]


def test_traits_of_apps_are_text_and_no_property_name(mixed):
    """context.traits hold text only, under names no event of the app uses: no type_flips, no name_clash."""
    for message in mixed:
        traits = message["context"].get("traits")
        if traits:
            assert all(isinstance(value, str) for value in traits.values())
            assert not set(traits) & set(message.get("properties", {}))


def test_an_app_sends_the_traits_of_whoever_is_logged_in():
    """On a phone that several people use at a time, userId and context.traits are always of one person."""
    emails = defaultdict(set)
    for message in plan(10_000, 8, scenarios=["mobile"]).messages():
        traits = message["context"].get("traits")
        if traits and message.get("userId"):
            emails[message["userId"]].add(traits["email"])
    assert len(emails) > 100
    assert all(len(of_user) == 1 for of_user in emails.values())


def test_an_install_is_told_once_a_device(mixed):
    """Application Installed and Updated come at most once a device, and the context's version follows."""
    for messages in by_visitor(mixed).values():
        events = Counter(message.get("event") for message in messages)
        assert events["Application Installed"] <= 1
        assert events["Application Updated"] <= 1
        for message in messages:
            if message.get("event") == "Application Opened":
                assert message["properties"]["version"] == message["context"]["app"]["version"]


@pytest.fixture(scope="module")
def two_months():
    """A few people for a long time, by user, in the order of the calls."""
    messages = plan(15_000, 12, scenarios=["saas", "ecommerce"], people=60).messages()
    found = defaultdict(list)
    for message in messages:
        found[message.get("userId")].append(message)
    found.pop(None)
    return found


def test_a_trial_ends_once_and_only_unpaid(two_months):
    """Trial Ended comes two weeks after Trial Started, once, and never to somebody who has paid for a plan."""
    ended = 0
    for messages in two_months.values():
        events = {message["event"]: message for message in messages if message["type"] == "track"}
        ends = [message for message in messages if message.get("event") == "Trial Ended"]
        assert len(ends) <= 1
        assert not (ends and "Plan Upgraded" in events)
        if ends and "Trial Started" in events:
            ended += 1
            assert ends[0]["timestamp"] > ends[0]["properties"]["trial_end_date"]
            assert ends[0]["properties"] == events["Trial Started"]["properties"]
    assert ended > 1


def test_the_mail_opened_is_the_mail_delivered(two_months):
    """Email Opened names the id of a mail that was delivered; who follows its link arrives by its campaign."""
    delivered, opened, followed = set(), 0, 0
    for messages in two_months.values():
        for message in messages:
            if message.get("event") == "Email Delivered":
                delivered.add(message["properties"]["email_id"])
            elif message.get("event") == "Email Opened" and parse_start(message["timestamp"]) > START + 2 * DAY:
                opened += 1  # what was opened before may have been delivered before the start
                assert message["properties"]["email_id"] in delivered
            elif message["context"].get("campaign", {}).get("name") == "cart_reminder":
                followed += 1
                assert message["context"]["page"]["referrer"] == ""
    assert opened > 20
    assert followed > 3


def test_a_review_comes_days_after_the_order_and_is_of_a_thing_in_it(two_months):
    """Nobody reviews what they have not ordered, nor before it can have arrived."""
    reviews = 0
    for messages in two_months.values():
        ordered = {}
        for message in messages:
            if message.get("event") == "Order Completed":
                for product in message["properties"]["products"]:
                    ordered[product["product_id"]] = parse_start(message["timestamp"])
            elif message.get("event") == "Product Reviewed":
                reviews += 1
                assert parse_start(message["timestamp"]) - ordered[message["properties"]["product_id"]] > 2 * DAY
    assert reviews > 1


def test_a_hike_takes_as_long_as_its_trail():
    """Walkers make 2.7 to 4.7 km an hour, none walks further than the trail, and a trail climbs the same for all."""
    climbs = defaultdict(set)
    hikes = [
        message["properties"]
        for message in plan(6_000, 4, scenarios=["mobile"]).messages()
        if message.get("event") == "Hike Completed"
    ]
    assert len(hikes) > 50
    for hike in hikes:
        assert 2.65 < hike["walked_km"] / hike["duration_minutes"] * 60 < 4.75
        assert hike["walked_km"] <= hike["distance_km"]
        if hike["walked_km"] == hike["distance_km"]:
            climbs[hike["trail_id"]].add(hike["elevation_m"])
    assert all(len(of_trail) == 1 for of_trail in climbs.values())


@pytest.mark.slow
def test_nights_and_weekends_are_quieter():
    """Over two weeks 3 in the morning and weekends have far fewer visits than the busiest hour and weekdays."""
    hours, days = Counter(), Counter()
    population = Population(5, START, 1_500, "en_GB", Habits(journeys=((shipped("saas"), 1.0),)))
    for at, message in population.messages():
        if at >= START + 14 * DAY:
            break
        if message["type"] == "page":
            local = at - START
            days[local // DAY % 7] += 1
            if local // DAY % 7 < 5:
                hours[local // HOUR % 24] += 1
    assert hours[15] > 8 * hours[3]
    assert 0.06 < (days[5] + days[6]) / 2 / (sum(days[day] for day in range(5)) / 5) < 0.22


@pytest.mark.slow
def test_funnels_convert_as_the_journey_file_says():
    """The share of product views followed by an add, of carts by a checkout step, is the weight in the file."""
    rows = table("journeys/ecommerce")["state"]
    weight = {move["state"]: move["weight"] for move in rows["product_viewed"]["to"]}
    views = adds = entered = applied = 0
    for messages in by_visitor(plan(150_000, 8, scenarios=["ecommerce"]).messages()).values():
        for message, following in zip(messages, [*messages[1:], None], strict=True):
            event, then = message.get("event"), following.get("event") if following else None
            if event == "Product Viewed":
                views += 1
                adds += then == "Product Added"
            elif event == "Coupon Entered":
                entered += 1
                applied += then == "Coupon Applied"
    assert views > 20_000
    assert abs(adds / views - weight["product_added"]) < 0.01
    assert abs(applied / entered - 0.8) < 0.06

"""The realism table of ``facts/segment.md`` 1.5, held exactly by every message of every journey."""

from __future__ import annotations

from collections import defaultdict

import pytest

from simulator.generator import plan
from simulator.generator.clock import parse_start
from simulator.generator.contexts import arrivals
from simulator.generator.devices import FLUSH

PAGE = {"path", "referrer", "search", "title", "url"}
MOBILE = {"app", "device", "library", "locale", "network", "os", "screen", "timezone", "traits"}
DEVICE = {"id", "manufacturer", "model", "name", "type", "adTrackingEnabled"}


@pytest.fixture(scope="module")
def by_library():
    """Messages of every journey, by the library that sent them."""
    found = defaultdict(list)
    for name in ("ecommerce", "saas", "media", "mobile"):
        for message in plan(1_500, 3, scenarios=[name]).messages():
            found[message["context"]["library"]["name"]].append(message)
    return found


def test_every_library_is_there(by_library):
    """All kinds of source send: browser, both mobile systems, both servers."""
    assert set(by_library) == {
        "analytics.js",
        "analytics-ios",
        "analytics-android",
        "analytics-python",
        "@segment/analytics-node",
    }


def test_a_browser_has_a_page_and_never_a_device(by_library):
    """A web context has page, userAgent, locale, timezone; campaign only with utm; userAgentData only from Chromium."""
    for message in by_library["analytics.js"]:
        context = message["context"]
        keys = set(context) - {"userAgentData", "campaign", "groupId"}
        assert keys == {"page", "userAgent", "locale", "timezone", "library"}
        assert set(context["page"]) == PAGE
        assert ("campaign" in context) is ("utm_" in context["page"]["search"])
        assert ("userAgentData" in context) is ("Chrome/" in context["userAgent"])
        assert context["page"]["url"].endswith(context["page"]["path"] + context["page"]["search"])


def test_an_iphone_has_a_device_and_never_a_page(by_library):
    """An iOS context has exactly what its library collects: no userAgent, no bluetooth, no density."""
    for message in by_library["analytics-ios"]:
        context = message["context"]
        assert set(context) == MOBILE
        assert set(context["device"]) - {"advertisingId"} == DEVICE
        assert ("advertisingId" in context["device"]) is context["device"]["adTrackingEnabled"]
        assert set(context["network"]) == {"carrier", "cellular", "wifi"}
        assert set(context["screen"]) == {"width", "height"}


def test_an_android_phone_has_bluetooth_density_and_user_agent(by_library):
    """An Android context has what iOS has, and network.bluetooth, screen.density and userAgent."""
    for message in by_library["analytics-android"]:
        context = message["context"]
        assert set(context) == MOBILE | {"userAgent"}
        assert set(context["device"]) - {"advertisingId"} == DEVICE
        assert set(context["network"]) == {"bluetooth", "carrier", "cellular", "wifi"}
        assert set(context["screen"]) == {"width", "height", "density"}


@pytest.mark.parametrize("library", ["analytics-python", "@segment/analytics-node"])
def test_a_server_has_its_library_only(by_library, library):
    """A server context has the library, and a groupId where the business journey's code adds one by hand."""
    for message in by_library[library]:
        assert set(message["context"]) - {"groupId"} == {"library"}
        assert message["context"]["library"]["name"] == library
        assert message["userId"] is not None


def test_envelopes_are_those_of_the_wire(by_library):
    """Unset ids, messageIds and times are written as each library writes them."""
    for message in by_library["analytics.js"]:
        assert message["messageId"].startswith("ajs-next-")
        assert "userId" in message
        assert message["integrations"] == {"Segment.io": True}
    for library in ("analytics-ios", "analytics-android"):
        assert all(message.get("userId", "set") is not None for message in by_library[library])
    for message in by_library["analytics-python"]:
        assert message["anonymousId"] is None
        assert (len(message["timestamp"]), len(message["sentAt"])) == (29, 32)  # to the millisecond and the microsecond
        assert message["timestamp"].endswith("+00:00")
    for message in by_library["@segment/analytics-node"]:
        assert message["messageId"].startswith("node-next-")
        assert "anonymousId" not in message


def test_nothing_is_there_that_only_segment_adds(by_library):
    """Raw SDK messages: timestamp and sentAt, never receivedAt, originalTimestamp or an ip; no location by itself."""
    for messages in by_library.values():
        for message in messages:
            assert message["timestamp"][:23] < message["sentAt"][:23]
            assert not {"receivedAt", "originalTimestamp", "writeKey", "_metadata"} & set(message)
            assert not {"ip", "location"} & set(message["context"])


def test_an_app_flushes_at_a_moment_of_its_own(by_library):
    """The messages of a device leave at one moment of each half minute, and devices differ in it."""
    moments = defaultdict(set)
    for library in ("analytics-ios", "analytics-android"):
        for message in by_library[library]:
            moments[message["context"]["device"]["id"]].add(parse_start(message["sentAt"]) % FLUSH)
    assert all(len(of_device) == 1 for of_device in moments.values())
    assert len(set.union(*moments.values())) > 20


def test_a_search_campaign_is_for_the_company_it_leads_to():
    """The searched term is the name of the company whose site it is."""
    assert {
        arrival.campaign["term"] for arrival in arrivals("Lumen TV").values if "term" in (arrival.campaign or {})
    } == {"lumen tv"}
    assert any(arrival.search.endswith("utm_term=lumen+tv&utm_content=ad_b") for arrival in arrivals("Lumen TV").values)


def test_location_is_there_where_a_scenario_sets_it():
    """The scenario that adds context.location by hand does so in the app, with the place of the person."""
    for message in plan(200, 1, scenarios=["located"]).messages():
        assert set(message["context"]["location"]) == {"city", "country", "latitude", "longitude", "region"}

"""The context of a message: exactly what that library collects, and nothing else (``facts/segment.md`` 1.5).

==================  ============================================================================================
analytics.js        library, page (5 keys), userAgent, userAgentData (Chromium), locale, timezone; campaign only while
                    the address has ``utm_*``; groupId after a group call
iOS                 library, app, device, os, network (carrier, cellular, wifi), screen (width, height), locale,
                    timezone, traits (cached, ``{}`` when there are none)
Android             the same, with network.bluetooth, screen.density and userAgent
server              library only, and what the customer's code adds by hand: groupId (B2B)
==================  ============================================================================================

``ip`` is filled in by Segment's servers and therefore never here; ``location`` only where a scenario sets it.
A context is shared by all messages of one page or one app visit: treat it as read-only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote_plus

from simulator.generator.data import table
from simulator.generator.randomness import Table

if TYPE_CHECKING:
    from random import Random

    from simulator.generator.devices import Device


class Arrival(NamedTuple):
    """How a visit of the web begins: where from, and with which campaign on the address."""

    kind: str
    referrer: str
    campaign: dict[str, str] | None
    search: str


def arrival(row: dict[str, Any], company: str) -> Arrival:
    """Return one row of ``data/campaigns.toml`` for the site of a company."""
    campaign = row.get("campaign")
    if campaign is not None:
        campaign = {key: value.replace("{company}", company.lower()) for key, value in campaign.items()}
    keys = {"name": "campaign"}
    pairs = (f"utm_{keys.get(key, key)}={quote_plus(value)}" for key, value in (campaign or {}).items())
    return Arrival(row["kind"], row["referrer"], campaign, "?" + "&".join(pairs) if campaign else "")


def arrivals(company: str) -> Table[Arrival]:
    """Return the table of arrivals at the site of a company (``data/campaigns.toml``)."""
    return Table((arrival(row, company), row["share"]) for row in table("campaigns")["arrival"])


DIRECT = Arrival("direct", "", None, "")


def page(site: str, path: str, title: str, referrer: str, search: str = "") -> dict[str, str]:
    """Return the five keys analytics.js collects of a page."""
    return {"path": path, "referrer": referrer, "search": search, "title": title, "url": f"{site}{path}{search}"}


def web_context(
    device: Device, page_keys: dict[str, str], campaign: dict[str, str] | None, group_id: str | None
) -> dict[str, Any]:
    """Return the context analytics.js sends from a page."""
    context = {"page": page_keys, **device.constant}
    if campaign is not None:
        context["campaign"] = campaign
    if group_id is not None:
        context["groupId"] = group_id
    return context


def mobile_context(device: Device, *, wifi: bool, location: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the context the iOS and Android libraries send; cached traits come along by themselves."""
    network = {**device.constant["network"], "cellular": not wifi, "wifi": wifi}
    context = {**device.constant, "network": network, "traits": device.traits}
    if location is not None:
        context["location"] = location
    return context


def server_context(device: Device, group_id: str | None) -> dict[str, Any]:
    """Return the context a server library sends."""
    return device.constant if group_id is None else {**device.constant, "groupId": group_id}


def on_wifi(rng: Random) -> bool:
    """Return whether a phone is on wifi for this visit."""
    return rng.random() < 0.62

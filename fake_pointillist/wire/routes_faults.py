"""Routes about what a tenant does on demand: faults, and violations rejected or only recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from fake_pointillist.errors import RefusedError
from fake_pointillist.faults import Effect
from fake_pointillist.wire.answers import FaultJson, FaultsJson
from fake_pointillist.wire.asked import NewFaultJson, OnViolationJson
from fake_pointillist.wire.operations import Answer, Call, Operation

_TRIGGERS = ("next", "every", "rate")
_ANSWER = ("status", "retry_after", "body")
DEFAULT_STATUS = 503
"""What a fault answers that names neither a status, nor a delay, nor a cut."""


def add_fault(call: Call) -> FaultJson:
    """Set up one more fault."""
    asked = call.body
    triggers = [name for name in _TRIGGERS if name in asked]
    if len(triggers) != 1:
        raise RefusedError(400, f"give exactly one of {', '.join(_TRIGGERS)}, not {' and '.join(triggers) or 'none'}")
    if "drop" in asked and (unheard := [name for name in _ANSWER if name in asked]):
        raise RefusedError(400, f"a connection that is cut hears nothing: give drop, or {' and '.join(unheard)}")
    effect = Effect(
        asked.get("status"),
        asked.get("retry_after"),
        asked.get("latency_ms", 0),
        asked.get("drop"),
        asked.get("body"),
    )
    if effect == Effect(retry_after=effect.retry_after, body=effect.body):
        effect = replace(effect, status=DEFAULT_STATUS)
    faults = call.tenant.faults
    if faults.is_full:
        raise RefusedError(400, "too many faults stand already; DELETE /_fake/faults first")
    fault = faults.add(
        effect, next_=asked.get("next"), every=asked.get("every"), rate=asked.get("rate"), seed=asked.get("seed", 0)
    )
    return cast("FaultJson", fault.to_json())


def list_faults(call: Call) -> FaultsJson:
    """Return every fault that stands."""
    return cast("FaultsJson", {"faults": call.tenant.faults.to_json()})


def clear_faults(call: Call) -> FaultsJson:
    """Take all faults away."""
    call.tenant.faults.clear()
    return {"faults": []}


def get_on_violation(call: Call) -> OnViolationJson:
    """Return what becomes of an event that breaks a hard rule."""
    return {"on_violation": call.tenant.on_violation}


async def put_on_violation(call: Call) -> OnViolationJson:
    """Reject such events, or record them; like the policy it stands until it is changed, over a reset and a restart."""
    with call.service.tenants.lock:
        commit = call.tenant.treat_violations(call.body["on_violation"])
    await commit.settled()
    return get_on_violation(call)


OPERATIONS = (
    Operation(
        *("POST", "/_fake/faults", add_fault, "Let posts of events fail on demand"),
        (Answer(200, "the fault", FaultJson),),
        body=NewFaultJson,
    ),
    Operation("GET", "/_fake/faults", list_faults, "Faults that stand", (Answer(200, "all of them", FaultsJson),)),
    Operation("DELETE", "/_fake/faults", clear_faults, "No more faults", (Answer(200, "none", FaultsJson),)),
    Operation(
        *("GET", "/_fake/on-violation", get_on_violation, "Whether events that break a hard rule are rejected"),
        (Answer(200, "what becomes of them", OnViolationJson),),
    ),
    Operation(
        *("PUT", "/_fake/on-violation", put_on_violation, "Reject events that break a hard rule, or record them"),
        (Answer(200, "what becomes of them from now on", OnViolationJson),),
        body=OnViolationJson,
    ),
)

"""``POST /_fake/recheck``: the stored events under a changed contract. Same events, new verdicts, nothing changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, cast

import orjson

from contracts.checker import Checker
from contracts.codes import violation
from contracts.errors import ContractFileError
from fake_pointillist.errors import RefusedError
from fake_pointillist.records import ACCEPTED
from fake_pointillist.wire.answers import RecheckJson, VerdictJson
from fake_pointillist.wire.asked import ContractJson
from fake_pointillist.wire.operations import AFTER, Answer, Call, Operation, Parameter
from fake_pointillist.wire.readings import find

if TYPE_CHECKING:
    from contracts.violations import Violation
    from fake_pointillist.records import StoredEvent


async def recheck(call: Call) -> RecheckJson:
    """Check one page of events against the contract in the body."""
    contract: ContractJson = call.body
    limit: int = call["limit"]
    with call.service.tenants.lock:
        found = find(call.tenant, after=call["after"], limit=limit + 1)
        names = [call.tenant.event_id(stored.seq) for stored in found]  # a reset meanwhile would change them
    # A user's schema may be slow to check; the events others post meanwhile must not wait for it.
    try:
        return await asyncio.to_thread(_verdicts, names, contract, found, limit)
    except ContractFileError as error:
        raise RefusedError(400, f"the contract cannot be used: {error}") from error


def _verdicts(names: list[str], contract: ContractJson, found: list[StoredEvent], limit: int) -> RecheckJson:
    everything = Checker(contract["schema"], basis="plan") if "schema" in contract else None
    by_type = {name: Checker(schema, basis="plan") for name, schema in contract.get("types", {}).items()}
    page = found[:limit]
    passed = changed = 0
    listed: list[VerdictJson] = []
    for name, stored in zip(names, page, strict=False):
        checkers = [checker for checker in (everything, by_type.get(stored.type or "")) if checker is not None]
        violations = _check(stored, checkers)
        good = not any(found.severity == "error" for found in violations)
        was = stored.status == ACCEPTED
        passed += good
        changed += good != was
        if violations or good != was:
            listed.append(_verdict(name, stored, violations, good=good))
    return {
        "checked": len(page),
        "passed": passed,
        "failed": len(page) - passed,
        "changed": changed,
        "events": listed,
        "next": page[-1].seq if len(found) > limit else None,
    }


def _check(stored: StoredEvent, checkers: list[Checker]) -> list[Violation]:
    if stored.event is None:
        return [violation("not_json", "", "the body is not JSON")]  # passes no contract, not even one that allows all
    event: Any = orjson.loads(stored.event)
    return [found for checker in checkers for found in checker.violations(event)]


def _verdict(name: str, stored: StoredEvent, violations: list[Violation], *, good: bool) -> VerdictJson:
    record: dict[str, Any] = {
        "eventId": name,
        "seq": stored.seq,
        "eventType": stored.type,
        "was": "accepted" if stored.status == ACCEPTED else "refused",
        "verdict": "accepted" if good else "refused",
        "violations": [found.to_json() for found in violations],
    }
    if stored.message_id is not None:
        record["messageId"] = stored.message_id
    return cast("VerdictJson", record)


OPERATIONS = (
    Operation(
        *("POST", "/_fake/recheck", recheck, "Hold the stored events against a changed contract"),
        (Answer(200, "one page of new verdicts", RecheckJson),),
        parameters=(
            AFTER,
            Parameter("limit", int, "check at most so many events", least=1, most=10_000, default=1_000),
        ),
        body=Annotated[ContractJson, (("minProperties", 1),)],
    ),
)

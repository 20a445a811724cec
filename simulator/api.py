"""What the commands do, importable: the functions behind ``simulator.transform`` and its kin."""

from __future__ import annotations

from datetime import UTC, datetime
from os import fspath
from typing import TYPE_CHECKING, Any

from contracts.instants import EPOCH
from simulator import clocks
from simulator.errors import UsageError
from simulator.mapping.apply import Mapping
from simulator.mapping.loading import DEFAULT, load_mapping
from simulator.pipeline import traces
from simulator.segment.admission import Admission
from simulator.segment.reading import received_from
from simulator.segment.times import read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from os import PathLike

    from fake_pointillist.identity.attribution import Options
    from simulator.checking.findings import Report
    from simulator.stitching.views.as_json import Stitched


def transform(
    messages: Iterable[Any],
    *,
    mapping: str | PathLike[str] | Mapping = DEFAULT,
    now: str | datetime | None = None,
    explain: bool = False,
) -> Iterator[dict[str, Any]]:
    """Turn Segment messages into Pointillist events.

    Args:
        messages: JSON values, one a message; not changed.
        mapping: A shipped name, the path of a mapping file, or one loaded before.
        now: Fixes the clock, for messages without any time; ISO-8601 or a datetime (without zone: UTC).
        explain: Add ``provenance`` and ``dropped``, which account for every leaf.

    Returns:
        One dict a message, in order, as the lines of ``pointillist-sim transform`` (``interface.md`` 4): ``index``,
        ``messageId``, ``status`` (``mapped`` or ``discarded``), ``code``, ``event``, ``notes``.

    Raises:
        MappingError: The mapping is wrong or unknown.
        UsageError: ``now`` is no time.
    """
    admission = Admission(clock_at(now))
    found = traces(received_from(messages), admission=admission, mapping=as_mapping(mapping), explain=explain)
    return (trace.to_json(explain=explain) for trace in found)


def stitch(
    messages: Iterable[Any],
    *,
    policy: str = "first-claim",
    options: Options | None = None,
    unlink: Iterable[tuple[str, str]] = (),
    mapping: str | PathLike[str] | Mapping = DEFAULT,
    now: str | datetime | None = None,
) -> Stitched:
    """Say who is who after these messages: which anonymousIds and messages belong to which user.

    Args:
        messages: JSON values, one a message, in order of arrival; not changed.
        policy: ``first-claim`` and its kin (:data:`fake_pointillist.identity.policies.POLICIES`).
        options: The policy's knobs.
        unlink: (userId, anonymousId) whose claims are taken away at the end; another identifier is written
            ``id:NAME:VALUE``.
        mapping: As :func:`transform`; it may give the customer more identifiers than the two ids, which join people.
        now: Fixes the clock, for messages without any time; ISO-8601 or a datetime (without zone: UTC).

    Returns:
        The document of ``pointillist-sim stitch --format json`` (``interface.md`` 5): ``policy``, ``options``,
        ``actors``, ``unattributed``, ``rejected``, ``ignored``, ``warnings``, ``merges``.

    Raises:
        UnknownPolicyError: There is no such policy; the text lists the known ones.
        MappingError: The mapping is wrong or unknown.
        UsageError: ``now`` is no time.
    """
    from fake_pointillist.identity.attribution import Options  # noqa: PLC0415 - who only transforms does not wait for it
    from simulator.stitching.spill import Spill  # noqa: PLC0415 - as above
    from simulator.stitching.stitch import Stitching  # noqa: PLC0415 - as above
    from simulator.stitching.views.as_json import document  # noqa: PLC0415 - as above

    with Spill() as spill:
        stitching = Stitching(policy, options or Options(), mapping=as_mapping(mapping), spill=spill)
        stitching.feed(received_from(messages), Admission(clock_at(now)))
        for user_id, anonymous_id in unlink:
            stitching.unlink(user_id, anonymous_id)
        stitching.finish()
        return document(stitching, spill)


def as_mapping(mapping: str | PathLike[str] | Mapping) -> Mapping:
    """Return a mapping given by name, path, or itself.

    Raises:
        MappingError: It is wrong or unknown.
    """
    return mapping if isinstance(mapping, Mapping) else load_mapping(fspath(mapping))


def clock_at(now: str | datetime | None) -> Callable[[], int]:
    """Return a clock in microseconds since the epoch: fixed at ``now``, or the machine's own.

    Raises:
        UsageError: ``now`` is no time.
    """
    if now is None:
        return clocks.system
    if isinstance(now, datetime):
        naive = now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now
        elapsed = naive - EPOCH
        instant = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
        return clocks.Still(instant)
    read = read_time(now)
    if read is None:
        raise UsageError(f"now={now!r}: not a time; write it like 2026-03-02T09:15:30Z")
    return clocks.Still(read)


def check(
    messages: Iterable[Any],
    *,
    plans: Sequence[str | PathLike[str] | dict[str, Any]] = (),
    mapping: str | PathLike[str] | Mapping = DEFAULT,
    now: str | datetime | None = None,
    severities: dict[str, str] | None = None,
) -> Report:
    """Check Segment messages against every contract: Segment's, the plans', Pointillist's, and the run as a whole.

    Args:
        messages: JSON values, one a message; not changed, not kept.
        plans: Tracking plans: paths of files, or their decoded content.
        mapping: A shipped name, the path of a mapping file, or one loaded before.
        now: Fixes the clock; ISO-8601 or a datetime (without zone: UTC).
        severities: Another severity by code: ``error``, ``warning``, ``info``, ``off``.

    Returns:
        The report: ``.passed``, ``.findings`` (worst first), ``.coverage``, ``.to_json()`` as the command prints it.

    Raises:
        ContractFileError: A plan cannot be read or used.
        MappingError: The mapping is wrong or unknown.
        UsageError: ``now`` is no time, or a code or severity is none.
    """
    from contracts.plan import as_plan  # noqa: PLC0415 - transform should not pay for the validators
    from simulator.checking.inspection import inspect  # noqa: PLC0415

    return inspect(
        received_from(messages),
        plans=[as_plan(plan) for plan in plans],
        mapping=as_mapping(mapping),
        now=clock_at(now),
        severities=severities,
    )

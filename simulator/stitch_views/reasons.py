"""``stitch --why``: which message or ids are meant, and the chain of reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.codes import CODES
from fake_pointillist.why import Step, Why, explain_actor, explain_event, explain_pair
from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.segment.message import Discarded
    from simulator.stitching import Stitching


def explained(stitching: Stitching, subject: str) -> Why:
    """Say why a message, an id, or two ids (``A,B``) belong where they do.

    A message comes before an id of the same name; ``user:U`` and ``anon:A`` always mean ids.

    Raises:
        UsageError: No message and no id of that name came by.
    """
    asked = stitching.asked.get(subject)
    if asked is not None and asked.event is not None:
        return explain_event(stitching.identity, asked.event)
    if asked is not None and asked.discarded is not None:
        return _discarded(subject, asked.discarded)
    identity = stitching.identity
    if identity.find(subject) is not None:
        return explain_actor(identity, subject)
    parts = subject.split(",")
    for at in range(1, len(parts)):
        one, other = ",".join(parts[:at]).strip(), ",".join(parts[at:]).strip()
        if identity.find(one) is not None and identity.find(other) is not None:
            return explain_pair(identity, one, other)
    unknown = [part.strip() for part in parts if identity.find(part.strip()) is None]
    raise UsageError(f"--why {subject}: no message and no usable id is named {' or '.join(map(repr, unknown))}")


def _discarded(name: str, discarded: Discarded) -> Why:
    step = Step("never left Segment", f"{discarded.code}: {discarded.message}", name, None, CODES[discarded.code].basis)
    return Why(name, f"{name}  {discarded.call or 'no type'}", None, None, (step,))

"""``stitch --why``: which message or ids are meant, the chain of reasons, and how its text is kept readable."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.codes import CODES
from fake_pointillist.identity.why import Step, Why, explain_actor, explain_event, explain_pair
from simulator.errors import UsageError
from simulator.text import cells, shorten_middle, visible

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.segment.message import Discarded
    from simulator.stitching.stitch import Stitching

LONGEST = 24
"""Cells of the longest id shown whole: a Mongo ObjectId is, a UUID is not."""

_WORD = re.compile(r"[^\s,:]+")
"""An id, or a word of ours; ids with white space, commas and colons are cut piece by piece."""


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
    if asked is not None and asked.refused is not None:
        return _refused(subject, asked.refused)
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


def _refused(name: str, found: Violation) -> Why:
    step = Step("refused by the endpoint", f"{found.code}: {found.message}", name, None, found.basis)
    return Why(name, f"{name}  as the mapping makes it", None, None, (step,))


def brief(why: Why) -> Why:
    """Return the chain with long ids cut in the middle, for people; the same id always looks the same.

    The cut is as short as keeps every two of them apart, so two ids never look like one.
    """
    texts = [why.heading, why.belongs_to or "", *why.also]
    texts += [part for step in (*why.steps, *why.not_applied) for part in (step.text, step.detail)]
    words = {word for text in texts for word in _WORD.findall(text)}
    cut = _cut({word for word in words if cells(visible(word)) > LONGEST and word not in CODES})

    def shortened(text: str) -> str:
        return _WORD.sub(lambda found: cut.get(found.group(), found.group()), text)

    def short(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(step._replace(text=shortened(step.text), detail=shortened(step.detail)) for step in steps)

    def actor(name: str) -> str:
        return ":".join(map(shortened, name.split(":", 1)))

    return replace(
        why,
        heading=shortened(why.heading),
        belongs_to=why.belongs_to and actor(why.belongs_to),
        also=tuple(map(actor, why.also)),
        steps=short(why.steps),
        not_applied=short(why.not_applied),
    )


def _cut(words: set[str]) -> dict[str, str]:
    """Return what is shown for each of these words: cut as short as tells them apart."""
    for width in (12, 16, 20, LONGEST):
        shown = {word: shorten_middle(visible(word), width) for word in words}
        if len(set(shown.values())) == len(words):
            return shown
    return {}

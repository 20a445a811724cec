"""The lines of ``listen``: --> received, <-- answered; or one JSON object a message.

The gateway's thread hands traces over, the main thread writes: a reader that is slow slows the gateway down, one that
has gone ends the command, and neither can break a delivery.
"""

from __future__ import annotations

import queue
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from contracts.instants import format_ms
from simulator.gateway.stages import Stage
from simulator.segment.message import Discarded
from simulator.text import visible

if TYPE_CHECKING:
    from simulator.trace import Trace

WAITING = 10_000
"""Lines that may wait for a slow reader."""
_LONGEST = 120
"""Characters of a name or an id shown on a line."""


class _Refusal(NamedTuple):
    """A request refused whole."""

    where: str
    code: str
    text: str


class Lines:
    """Writes what happens to standard output.

    Args:
        kind: ``text`` or ``json``.
        verbosity: -1 leaves out what is received, 1 shows every attempt.
    """

    def __init__(self, kind: str, *, verbosity: int) -> None:
        self._json = kind == "json"
        self._verbosity = verbosity
        self._queue: queue.Queue[tuple[Stage, Trace] | _Refusal | None] = queue.Queue(WAITING)
        self._over = False

    def watch(self, stage: Stage, trace: Trace) -> None:
        """Take what happened to a trace; any thread."""
        retried = stage is Stage.ATTEMPT and trace.attempts[-1].wait is not None
        if self._over or (stage is Stage.ATTEMPT and not retried):
            return
        self._queue.put((stage, trace))

    def refused(self, where: str, code: str, text: str) -> None:
        """Take a request refused whole; any thread."""
        if not self._over:
            self._queue.put(_Refusal(where, code, text))

    def stop(self) -> None:
        """End ``write_until_stopped``; any thread, and signal handlers."""
        self._over = True
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return  # the writer sees the flag when it next takes a line

    def write_until_stopped(self) -> None:
        """Write lines until :meth:`stop`, in the main thread.

        Raises:
            BrokenPipeError: Nobody reads any more.
        """
        while not self._over:
            # Woken now and then: a signal handler runs only between two steps of the main thread.
            try:
                item = self._queue.get(timeout=0.5)
            except queue.Empty:
                continue
            self._write(item)
            if self._queue.empty():
                sys.stdout.flush()

    def write_rest(self) -> None:
        """Write what is still waiting; the pipe may be gone."""
        self._over = True
        try:
            while not self._queue.empty():
                self._write(self._queue.get())
            sys.stdout.flush()
        except BrokenPipeError:
            return

    def _write(self, item: tuple[Stage, Trace] | _Refusal | None) -> None:
        if item is None:
            return
        if isinstance(item, _Refusal):
            sys.stdout.write(self._refusal(item))
            return
        stage, trace = item
        if self._json:
            if stage is Stage.OUTCOME:
                sys.stdout.write(orjson.dumps(self.row(trace)).decode() + "\n")
        else:
            sys.stdout.write(self._text(stage, trace))

    def row(self, trace: Trace) -> dict[str, Any]:
        """Return the pinned JSON object of a message that has ended."""
        payload = trace.received.payload
        event = payload.get("event") if isinstance(payload, dict) else None
        admission = trace.admission
        notes = [*trace.notes, *trace.warnings]
        return {
            "messageId": admission.message_id,
            "type": admission.call,
            "event": event if isinstance(event, str) else None,
            "status": str(trace.outcome),
            "code": admission.code if isinstance(admission, Discarded) else None,
            "answer": trace.attempts[-1].status if trace.attempts else None,
            "actor": trace.actor,
            "notes": [note.to_json() for note in notes],
            "dropped": [drop.to_json() for drop in trace.mapped.dropped] if trace.mapped else [],
        }

    def _text(self, stage: Stage, trace: Trace) -> str:
        at = trace.received.received_at
        clock = format_ms(at // 1000)[11:19] if at is not None else ""
        name = visible(trace.name)[:_LONGEST]
        if stage is Stage.RECEIVED:
            return "" if self._verbosity < 0 else f"{clock}  --> {_what(trace)} [{name}]\n"
        if stage is Stage.ATTEMPT:
            last = trace.attempts[-1]
            said = f"[{last.status}]" if last.status is not None else f"[{visible(last.error or 'no answer')}]"
            return f"{clock}  <-- {said} again in {last.wait or 0.0:.1f} s [{name}]\n"
        if isinstance(trace.admission, Discarded):
            said = f"{trace.admission.code}: {visible(trace.admission.message)[: 2 * _LONGEST]}"
            return f"{clock}  <-- discarded {said} [{name}]{_notes(trace)}\n"
        last = trace.attempts[-1]
        said = f"[{last.status}]" if last.status is not None else f"[{visible(last.error or 'no answer')}]"
        belongs = f" {visible(trace.actor)[:_LONGEST]}" if trace.actor else ""
        return f"{clock}  <-- {said} {trace.outcome}{belongs} [{name}]{_notes(trace)}\n"

    def _refusal(self, refusal: _Refusal) -> str:
        if self._json:
            row = dict.fromkeys(("messageId", "type", "event", "status", "code", "answer", "actor"))
            row |= {"status": "refused", "code": refusal.code}
            notes = [{"code": refusal.code, "message": refusal.text, "path": "", "severity": "error", "basis": "fact"}]
            return orjson.dumps(row | {"notes": notes, "dropped": []}).decode() + "\n"
        return f"{refusal.where}  <-- refused {refusal.code}: {visible(refusal.text)[: 2 * _LONGEST]}\n"


def _what(trace: Trace) -> str:
    """Return the call and its event, for people."""
    payload = trace.received.payload
    call = trace.admission.call or "?"
    event = payload.get("event") if isinstance(payload, dict) else None
    named = f' "{visible(event)[:_LONGEST]}"' if isinstance(event, str) else ""
    return f"{visible(call)[:_LONGEST]}{named}"


def _notes(trace: Trace) -> str:
    """Return what was coerced and dropped, as short as a line wants it: each code once, with its count."""
    counts: dict[str, int] = {}
    for note in (*trace.notes, *trace.warnings):
        if note.code != "inferred_mapping":  # true of nearly every message: no news
            counts[note.code] = counts.get(note.code, 0) + 1
    text = ", ".join(code if number == 1 else f"{code} x{number}" for code, number in counts.items())
    dropped: dict[str, int] = {}
    for drop in trace.mapped.dropped if trace.mapped is not None else ():
        dropped[drop.code] = dropped.get(drop.code, 0) + 1
    if dropped:
        left_out = ", ".join(f"{code} {number}" for code, number in dropped.items())
        text += f"{'; ' if text else ''}dropped: {left_out}"
    return f"  {text}" if text else ""

"""Delivery as Segment delivers: one event a request, retried by a table, in order per actor, one outcome each."""

from __future__ import annotations

from simulator.delivery.clock import SYSTEM, Clock
from simulator.delivery.delivering import Delivery, Options
from simulator.delivery.retrying import RETRY_TABLE, Backoff, Verdict, judge

__all__ = ["RETRY_TABLE", "SYSTEM", "Backoff", "Clock", "Delivery", "Options", "Verdict", "judge"]

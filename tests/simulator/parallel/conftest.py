"""What the tests of this folder share: messages that have something to say together, and what is made of them."""

from functools import partial

import orjson
import pytest

from simulator.checking.inspection import Inspection
from simulator.checking.making import CheckMaking
from simulator.clocks import Still
from simulator.mapping import load_mapping
from simulator.parallel.transforming import TransformMaking

NOW = Still(1_798_761_600_000_000)
PLAN = {"type": "TRACK", "key": "Viewed", "jsonSchema": {"properties": {"properties": {"required": ["size"]}}}}


def line(trace):
    """One result line, as `transform` writes it."""
    return orjson.dumps(trace.to_json(), option=orjson.OPT_APPEND_NEWLINE)


def transforming():
    """Make what `transform` gives its messages to."""
    return TransformMaking(load_mapping(), line)


def checking(plans=()):
    """Make what `check` gives its messages to."""
    return CheckMaking(load_mapping(), plans, NOW)


def lines_of(parts):
    """The result lines of all parts."""
    return b"".join(part.lines for part in parts)


def report_of(parts):
    """The report of all parts."""
    inspection = Inspection()
    for part in parts:
        inspection.add(part)
    return inspection.report().to_json()


MAKINGS = {"transform": (transforming, lines_of), "check": (checking, report_of)}


@pytest.fixture(params=MAKINGS)
def command(request):
    """Return what a command starts, and what it adds the parts up to."""
    return MAKINGS[request.param]


@pytest.fixture
def plan_check():
    """Return what a check with a plan starts."""
    from contracts.plan import parse_plan

    return partial(checking, (parse_plan({"rules": [PLAN]}),))

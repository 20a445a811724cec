"""Binding: a port of this machine, or one line that says what is in the way."""

from __future__ import annotations

import pytest

from fake_pointillist.errors import StartError
from fake_pointillist.listening import bind


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..example"])
def test_what_can_be_no_name_is_refused_with_the_mend(host):
    """The system's codec refuses such a name before it is looked up; that is the user's mistake like any other."""
    with pytest.raises(StartError, match="the host has to be an address of this machine"):
        bind(host, 0)

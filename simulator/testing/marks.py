"""The identity policy a test asks for: what ``@pytest.mark.pointillist`` says beside ``allow_refused``."""

from __future__ import annotations

from typing import Any, NamedTuple

from fake_pointillist.errors import UnknownPolicyError
from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.policies import DEFAULT_POLICY, policy_of


class Identity(NamedTuple):
    """How a test's fake reads who is who.

    Attributes:
        policy: Name of the policy.
        options: Its options.
    """

    policy: str
    options: Options


def identity_of(mark: dict[str, Any]) -> Identity:
    """Return the policy that keywords of the mark ask for: ``policy``, and the options of a policy by their names.

    Raises:
        ValueError: A keyword the mark does not take, or a value that cannot be; says which, and what may stand there.
    """
    options = {name: value for name, value in mark.items() if name != "policy"}
    known = Options.__slots__
    unknown = [name for name in options if name not in known]
    if unknown:
        raise ValueError(f"has no {unknown[0]!r}; it takes allow_refused, policy, {', '.join(known)}")
    policy = mark.get("policy", DEFAULT_POLICY)
    try:
        policy_of(policy)
    except UnknownPolicyError as error:
        raise ValueError(str(error)) from error
    if not isinstance(options.get("unique", ()), str | list | tuple):
        text = f"unique must be a list of names, not {options['unique']!r}"
        raise ValueError(text)  # noqa: TRY004 - as every other wrong value
    return Identity(policy, Options(**options))

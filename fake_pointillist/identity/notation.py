"""How claims and actors write identifiers: two are never written alike. Pure.

A userId and an anonymousId are written as they were sent, ``7f3a``; any other identifier with its name,
``id:email:ada@example.com``. As actors they are ``user:U``, ``anon:A`` and ``id:NAME:VALUE``.
"""

from __future__ import annotations

import re

_LIKE_OTHER = re.compile("(?:anon:)*id:").match


def parted(value: str) -> tuple[str, str] | None:
    """Return the name and the value of an identifier written ``id:email:ada@example.com``, or ``None``."""
    kind, _, rest = value.partition(":")
    name, colon, plain = rest.partition(":")
    return (name.replace("%3A", ":").replace("%25", "%"), plain) if kind == "id" and colon else None


def other_id(name: str, plain: str) -> str:
    """Return how an identifier other than the two ids is written: ``id:email:ada@example.com``.

    A colon in the name is written ``%3A``, so that two are never written alike.
    """
    return f"id:{name.replace('%', '%25').replace(':', '%3A')}:{plain}"


def anon_id(plain: str) -> str:
    """Return how claims name an anonymousId: as it was sent.

    One that reads like another identifier, ``id:email:x``, is written as its actor is, ``anon:id:email:x``, so that two
    are never written alike.
    """
    return f"anon:{plain}" if plain.startswith(("id:", "anon:")) and _LIKE_OTHER(plain) else plain


def anon_plain(value: str) -> str:
    """Return an anonymousId as it was sent, from how claims name it."""
    return value[5:] if value.startswith("anon:") and _LIKE_OTHER(value) else value


def actor_id(actor: str) -> str:
    """Return how claims name the identifier an anonymous actor is named after."""
    return anon_id(actor[5:]) if actor.startswith("anon:") else actor

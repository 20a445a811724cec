"""What is known of each format: texts that hold it, and a pattern that every text of it matches. Pure.

No text is believed before a validator has agreed. The patterns are wider than the formats: they only serve to prove
that there is no text of a format with, say, that length. The grammars are those of the RFCs that JSON Schema names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.reasoning.documents import Document


class Format(NamedTuple):
    """One format.

    Attributes:
        examples: Texts that hold it.
        longer: Beginning, a part that may be repeated, and end of longer ones; ``None`` where all are about as long.
        shape: A pattern each of its texts matches, or ``None``.
    """

    examples: tuple[str, ...]
    longer: tuple[str, str, str] | None
    shape: str | None


_TIME = "[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?([Zz]|[+-][0-9:]{2,5})"
_MAIL = Format(("ada@example.com", "\u00e4@example.com"), ("ada@", "a.", "example.com"), r"^[\s\S]+@[\s\S]+$")
_HOST = Format(("example.com", "a", "\u00e4.example"), ("", "a.", "com"), r"^[\s\S]+$")
_ADDRESS = Format(
    ("https://example.com/", "urn:a", "urn:\u00e4"),
    ("https://example.com/", "a", ""),
    r"^[A-Za-z][A-Za-z0-9+.-]*:[^ ]*$",
)
_REFERENCE = Format(("/a", "a", "", "\u00e4"), ("/a", "a", ""), "^[^ ]*$")

FORMATS: dict[str, Format] = {
    "date-time": Format(
        ("2026-03-02T09:15:30Z", "2026-03-02T09:15:30.120+01:00"),
        ("2026-03-02T09:15:30.", "1", "Z"),
        f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt_ ]{_TIME}$",
    ),
    "date": Format(("2026-03-02", "2026-03-03"), None, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    "time": Format(("09:15:30Z",), ("09:15:30.", "1", "Z"), f"^{_TIME}$"),
    "duration": Format(("P1D", "PT1H"), ("P", "1", "D"), "^P[0-9A-Z.,]+$"),
    "email": _MAIL,
    "idn-email": _MAIL,
    "hostname": _HOST,
    "idn-hostname": _HOST,
    "ipv4": Format(("192.0.2.1", "192.0.2.100"), None, "^[0-9.]{7,15}$"),
    "ipv6": Format(("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"), None, "^[0-9A-Fa-f:.]{2,45}$"),
    "uri": _ADDRESS,
    "uri-reference": _REFERENCE,
    "iri": _ADDRESS,
    "iri-reference": _REFERENCE,
    "uri-template": Format(("/{a}", "a", ""), ("/a", "a", ""), None),
    "uuid": Format(
        ("3f0c2a9e-5b1d-4c7e-8a44-0d6b9f21c6e3", "3f0c2a9e-5b1d-4c7e-8a44-0d6b9f21c6e4"), None, "^[0-9A-Fa-f-]{36}$"
    ),
    "json-pointer": Format(("", "/a"), ("/a", "a", ""), r"^(/[\s\S]*)?$"),
    "relative-json-pointer": Format(("0", "1/a"), ("1", "1", ""), r"^[0-9]+(#|/[\s\S]*)?$"),
    "regex": Format(("a", ""), ("a", "a", ""), None),
}
WIDER: dict[str, frozenset[str]] = {
    "email": frozenset({"idn-email"}),
    "uri": frozenset({"uri-reference", "iri", "iri-reference"}),
    "uri-reference": frozenset({"iri-reference"}),
    "iri": frozenset({"iri-reference"}),
}
"""Formats that take everything a format takes: RFC 6531 extends mail addresses, RFC 3987 extends URIs."""
ODD_TEXTS = ("~", "((", "a b", "0", "a", "", "{a", "[", "-1/")
"""Every format there is refuses one of these at least."""


def is_checked(document: Document, name: str) -> bool | None:
    """Ask the validator whether a format means anything in a document's dialect; ``None``: there is none to ask."""
    answers = [document.holds("format", name, text) for text in ODD_TEXTS]
    return None if None in answers else False in answers


def texts_of(name: str, low: int) -> Iterator[str]:
    """Yield texts that hold a format, one of them with ``low`` characters or a few more where there is such a text."""
    known = FORMATS.get(name)
    if known is None:
        return
    yield from known.examples
    if known.longer is not None:
        begin, repeated, end = known.longer
        times = -(-(low - len(begin) - len(end)) // len(repeated))
        yield begin + repeated * max(times, 1) + end

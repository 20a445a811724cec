"""Which message ids were admitted: all of a run's, however many, in 27 to 40 bytes each. Pure.

An id is kept as a fingerprint of 128 bits: Python's keyed 64-bit hash (SipHash) of the text, and of the text with a
character before it. Two different ids share one with odds of 1 in 2**128, so among a million ids there is a false
duplicate with odds of about 1 in 7 * 10**26, among a thousand million 1 in 7 * 10**20. (Where Python's hash has 32 bits
only, a fingerprint has 64: among a million ids 1 in 4 * 10**7.)

The fingerprints lie in rows, chosen by the first bits, one after the other in one piece of memory: an object an id, as
in a ``set``, would cost four times as much. Searching a row is one call into the interpreter's own ``find``.
"""

from __future__ import annotations

from struct import Struct

_FIRST_ROWS = 256
_FULL = 20
"""Fingerprints of a row, on average, at which the rows are split."""

_LAYOUT = Struct("=qq")
_packed = _LAYOUT.pack
_WIDTH = _LAYOUT.size
_BEFORE = "+"


class Fingerprints:
    """A set of texts that can be asked whether it holds one, added to, and nothing else."""

    __slots__ = ("_count", "_limit", "_mask", "_rows")

    def __init__(self) -> None:
        self._rows = [bytearray() for _ in range(_FIRST_ROWS)]
        self._mask = _FIRST_ROWS - 1
        self._count = 0
        self._limit = _FIRST_ROWS * _FULL

    def __len__(self) -> int:
        return self._count

    def __contains__(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        first = hash(text)
        return _holds(self._rows[first & self._mask], _packed(first, hash(_BEFORE + text)))

    def add(self, text: str) -> None:
        """Remember a text."""
        self.is_new(text)

    def is_new(self, text: str) -> bool:
        """Remember a text, and say whether it was not there before: one look instead of two."""
        first = hash(text)
        row = self._rows[first & self._mask]
        fingerprint = _packed(first, hash(_BEFORE + text))
        if fingerprint in row and _holds(row, fingerprint):
            return False
        row += fingerprint
        self._count += 1
        if self._count > self._limit:
            self._split()
        return True

    def _split(self) -> None:
        """Double the rows: what is in a row stays, or goes to the one that the next bit of its hash names."""
        bit = len(self._rows)
        for place in range(bit):
            stay, go = bytearray(), bytearray()
            for first, second in _LAYOUT.iter_unpack(self._rows[place]):
                (go if first & bit else stay).extend(_packed(first, second))
            self._rows[place] = stay
            self._rows.append(go)
        self._mask = 2 * bit - 1
        self._limit *= 2


def _holds(row: bytearray, fingerprint: bytes) -> bool:
    """Say whether a row holds a fingerprint: where it lies across two others it does not count."""
    at = row.find(fingerprint)
    while at % _WIDTH and at > 0:
        at = row.find(fingerprint, at + 1)
    return at >= 0

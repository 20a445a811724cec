"""Numbers as JavaScript writes them, and whether a double holds them. Pure.

Segment's own pipeline and the classic integrations run on JavaScript, so a number that becomes a label gets the text
JavaScript gives it: ``25.0`` is ``25``, ``1e21`` is ``1e+21``.
"""

from __future__ import annotations

_LARGEST_EXACT = 2**53


def javascript_text(value: float) -> str:
    """Return what JavaScript's ``String(value)`` gives for the double nearest to ``value``.

    Args:
        value: An ``int`` or ``float`` within the range of a double; integers past 2**53 are rounded to a double first,
            as JavaScript does.

    Raises:
        OverflowError: The integer lies outside the range of a double.
    """
    if isinstance(value, int):
        if -_LARGEST_EXACT <= value <= _LARGEST_EXACT:
            return str(int(value))  # int(): True would print as a word
        value = float(value)
    if value == 0:
        return "0"  # JavaScript prints no sign of zero
    text = repr(value)
    if "e" not in text:  # from 1e-4 to 1e16 Python writes what JavaScript does, but for whole numbers
        return text.removesuffix(".0")
    sign, digits, point = _digits(text)
    # The four cases of ECMAScript's Number::toString, where point is its n and len(digits) its k.
    if len(digits) <= point <= 21:
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if len(digits) > 1 else ''}{exponent}"


def _digits(text: str) -> tuple[str, str, int]:
    """Return sign, shortest digits without zeros at either end, and where the point stands (0.12 -> ``12``, 0)."""
    # Python's repr and JavaScript agree on the shortest digits that read back as the same double; the layout differs.
    sign = "-" if text[0] == "-" else ""
    mantissa, _, exponent = text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign, digits.rstrip("0"), point


def is_exact(value: int) -> bool:
    """Say whether a double holds this integer exactly."""
    if -_LARGEST_EXACT <= value <= _LARGEST_EXACT:
        return True
    try:
        return int(float(value)) == value
    except OverflowError:
        return False

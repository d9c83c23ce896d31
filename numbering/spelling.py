"""The ways in which people write digits: full width, any hyphen, brackets and spaces are only clothing."""

from __future__ import annotations

import unicodedata
from typing import Final

_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Hyphens and dashes, minus, box-drawing line and the long vowel sign (full and half width), which stands in for one.
_HYPHENS: Final = (
    "-\u00ad\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u23af\u2500\u2501\u30fc\ufe58\ufe63\uff70"
)
_BRACKETS: Final = "()[]{}〔〕【】「」"
_DOTS: Final = ".・"
_CLOTHING: Final = frozenset(_HYPHENS + _BRACKETS + _DOTS)
_DIALLED: Final = frozenset("+0123456789*#")
_TEL: Final = "tel:"
LONGEST: Final = 100
"""Characters; nobody writes a telephone number longer than this."""


def digits(text: str) -> str | None:
    """What is to be dialled: digits, `*`, `#` and `+`, freed of its clothing; None when there is anything else."""
    if len(text) > LONGEST:
        return None
    plain = text.translate(_FULL_WIDTH)
    if plain[: len(_TEL)].lower() == _TEL:
        plain = plain[len(_TEL) :]
    kept = [character for character in plain if not _is_clothing(character)]
    return "".join(kept) if _DIALLED.issuperset(kept) else None


def _is_clothing(character: str) -> bool:
    # Cf: the invisible marks that address books put around a number when it is copied.
    return character in _CLOTHING or unicodedata.category(character) in ("Zs", "Cf")

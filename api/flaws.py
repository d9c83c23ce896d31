"""What does not fit in what was sent: the field, a code, and why in words."""

from __future__ import annotations

from typing import Any

from api.texts import sentence

Flaw = dict[str, Any]


def plain(field: str, flaw: str, reason: str) -> Flaw:
    """With a reason in English alone."""
    return {"field": field, "flaw": flaw, "reason": reason}


def told(field: str, flaw: str, *, section: str = "flaw", said: str | None = None, **params: str) -> Flaw:
    """With a sentence in both languages, whose text stands in that section under the flaw, or under `said`."""
    words = sentence(section, said or flaw, params)
    return {**plain(field, flaw, words.en), "sentence": {"ja": words.ja, "en": words.en}}

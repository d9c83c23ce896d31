"""Whether a conversation is recorded."""

from __future__ import annotations


def should_record(wanted: bool, rights: bool) -> bool:
    """A conversation is recorded when its queue asks for it (`wanted`) and the tenant has bought it (`rights`)."""
    return wanted and rights

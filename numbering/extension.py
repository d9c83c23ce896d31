"""Which short digits can be an agent's extension: those that no public service has and that begin nothing longer."""

from __future__ import annotations

from numbering import japan
from numbering.dialled import Dialled, Kind, Reason

TAKEN = frozenset({Kind.EMERGENCY, Kind.SPECIAL})
"""Kinds that the network has given to everybody: who dials them means the service."""


def taken(digits: str) -> bool:
    """Whether these digits are a service of the network (104, 117, 110 …), or a prefix as 184 and 186 are."""
    found = japan.read(digits)
    if isinstance(found, Dialled):
        return found.kind in TAKEN
    return found.reason is Reason.ONLY_PREFIX

"""The Idempotency-Key of a request: the same key names the same command, whose outcome the floor remembers."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import datetime
from typing import Final

from kernel.ids import CommandId, TenantId

LIFETIME: Final = 24 * 3600.0
"""Seconds for which a key is remembered."""
KEPT: Final = 50_000


def command_id(tenant: TenantId, login: str, key: str) -> CommandId:
    """The command that this person means by this key; no other tenant or person can name it."""
    digest = hashlib.blake2b("\x1f".join((tenant, login, key)).encode(), digest_size=16).hexdigest()
    return CommandId(f"cmd_{digest}")


class Keys:
    """Which request each key was first used for, in memory; the outcome itself stands in the facts."""

    def __init__(self) -> None:
        self._requests: OrderedDict[CommandId, tuple[str, datetime]] = OrderedDict()

    def matches(self, command: CommandId, request: str, now: datetime) -> bool:
        """Whether the key is new or was used for the same `request`; a new one is remembered."""
        self._forget(now)
        known, _ = self._requests.setdefault(command, (request, now))
        return known == request

    def since(self, command: CommandId) -> datetime | None:
        """When the key of this command was used first; None when it is not known (any more)."""
        known = self._requests.get(command)
        return None if known is None else known[1]

    def _forget(self, now: datetime) -> None:
        while self._requests:
            oldest = next(iter(self._requests))
            age = (now - self._requests[oldest][1]).total_seconds()
            if age < LIFETIME and len(self._requests) < KEPT:
                return
            del self._requests[oldest]

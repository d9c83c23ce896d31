"""Asks the controller to go by what was just written, and waits until it does."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from api.services import Services
from bus.commands import CommandAccepted, CommandMessage, ConfigPublished
from kernel.ids import CommandId, TenantId, shard_of
from kernel.moment import after

LIMIT: Final = 3.0
"""Seconds to wait; afterwards the worker's job brings it into force as soon as a controller is there."""
SEEN_LIMIT: Final = 1.0
"""Seconds to wait until the board shows it, so that the next request finds what this one has changed."""


async def bring(uses: Services, tenant: TenantId) -> bool:
    """Whether the tenant's floor goes by his newest configuration and contracts now."""
    command = CommandId(f"cmd_{uuid4().hex}")
    message = CommandMessage(command, tenant, after(uses.clock(), LIMIT), ConfigPublished(command))
    outcome = await uses.commands.ask(shard_of(tenant), message, limit=LIMIT)
    if not isinstance(outcome, CommandAccepted):
        return False
    if outcome.seq:  # the platform itself has no floor
        await uses.boards.reached(tenant, outcome.seq, SEEN_LIMIT)
    return True

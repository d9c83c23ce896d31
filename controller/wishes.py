"""What is asked for a caller who joins a queue: by his flow, by the tenant's list of callers, by who served him."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from acd.config.routing import Relaxation, Requirement
from acd.inputs import CallRouted
from acd.model import Call
from controller.clock import Clock
from controller.mailbox import Mailbox
from ivr.asking import VIP, Asking
from ivr.walk import Join
from kernel.ids import AgentId, CallId, TenantId
from store.config_parts import CallerConfig
from store.errors import StoreError

log = structlog.get_logger()

LONGEST: Final = 0.5
"""Seconds that a caller's way into a queue may wait for the answer of the call records."""
LastAgent = Callable[[TenantId, str, datetime], Awaitable[AgentId | None]]
"""Who talked last, at that moment or later, with the caller of this mark."""


async def nobody(_tenant: TenantId, _mark: str, _since: datetime) -> AgentId | None:
    """Where there are no call records."""
    return None


def routed(call: Call, join: Join, since: datetime, caller: CallerConfig | None) -> CallRouted:
    """The call joins; what the list says of its caller comes beside what the flow asks for.

    The agent whom the flow names comes before the list's, and the higher level of a skill counts.
    """
    asking, priority = join.asking, join.priority
    requirements = _requirements(asking)
    preferred = asking.preferred
    vip = asking.vip
    if caller is not None:
        requirements = (*requirements, *caller.skills)
        preferred = preferred or caller.preferred
        priority, vip = priority + caller.priority, vip or caller.vip
    return CallRouted(
        call.id,
        join.queue,
        priority + (VIP if vip else 0),
        since,
        requirements,
        preferred,
        replaces=asking.instead,
    )


class LastAgents:
    """Asks who served a caller last, where his queue waits for that one; else, and without an answer in time, nobody.

    The call stays in its flow meanwhile: what it does there then moves it no further.
    """

    def __init__(self, ask: LastAgent, clock: Clock, tasks: asyncio.TaskGroup) -> None:
        self._ask = ask
        self._clock = clock
        self._tasks = tasks
        self._asking: set[CallId] = set()

    def asks(self, call: CallId) -> bool:
        """Whether the call is about to join a queue, once the answer is there."""
        return call in self._asking

    def find(self, box: Mailbox, call: Call, given: CallRouted, then: Callable[[CallRouted], None]) -> None:
        """Go on with `given`, at once or when it is known who served the caller last."""
        queue = box.floor.queues.get(given.queue)
        if queue is None or not call.mark or queue.config.routing.last_agent_for <= 0:
            then(given)
            return
        self._asking.add(call.id)
        since = self._clock.now() - timedelta(days=queue.config.routing.last_agent_within)
        self._tasks.create_task(self._found(box.floor.tenant, call, since, given, then))

    async def _found(
        self, tenant: TenantId, call: Call, since: datetime, given: CallRouted, then: Callable[[CallRouted], None]
    ) -> None:
        agent = None
        try:
            async with asyncio.timeout(LONGEST):
                agent = await self._ask(tenant, call.mark, since)
        except (TimeoutError, StoreError) as trouble:
            log.warning("who served a caller last is not known", tenant=tenant, why=type(trouble).__name__)
        finally:
            self._asking.discard(call.id)
        then(replace(given, last_agent=agent))


def _requirements(asking: Asking) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(one.name, one.level, tuple(Relaxation(step.after, step.level) for step in one.relaxation))
        for one in asking.skills
    )

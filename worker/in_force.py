"""Tells the controller of each published configuration until one has it in force; the api may have told it already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import structlog

from bus.commands import CommandAccepted, CommandMessage, ConfigPublished, Outcome
from kernel.ids import CommandId, Shard, shard_of
from kernel.moment import after
from store.jobs import Job

ANSWER_LIMIT: Final = 3.0
"""Seconds in which a controller answers."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
_log = structlog.get_logger()


class Sender(Protocol):
    async def ask(self, shard: Shard, message: CommandMessage, limit: float = ...) -> Outcome | None: ...


class Jobs(Protocol):
    async def done(self, job: Job) -> bool: ...

    async def failed(self, job: Job, retry_at: datetime | None, trouble: str) -> bool: ...


class InForce:
    """Does the jobs of kind USE_CONFIG. A controller that is away is asked again, less and less often."""

    def __init__(self, commands: Sender, jobs: Jobs, clock: Callable[[], datetime]) -> None:
        self._commands = commands
        self._jobs = jobs
        self._clock = clock

    async def do(self, job: Job) -> None:
        """Bring the tenant's newest configuration into force: the job's own, or one after it."""
        now = self._clock()
        command = CommandId(f"use_{job.id}_{job.attempts}")
        message = CommandMessage(command, job.tenant, after(now, ANSWER_LIMIT), ConfigPublished(command))
        outcome = await self._commands.ask(shard_of(job.tenant), message, limit=ANSWER_LIMIT)
        if isinstance(outcome, CommandAccepted):
            await self._jobs.done(job)
            return
        _log.info("a configuration waits for a controller", tenant=job.tenant, key=job.key, attempts=job.attempts)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(job.attempts - 1, 10))
        await self._jobs.failed(job, after(now, pause), "controller_away")

"""A published configuration is told until a controller has it in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bus.commands import CommandAccepted, CommandMessage, ConfigPublished, Outcome
from kernel.ids import Shard, TenantId, shard_of
from kernel.moment import after
from store.jobs import Job
from worker.in_force import ANSWER_LIMIT, LONGEST_PAUSE, InForce

NOW = datetime(2026, 4, 1, tzinfo=UTC)
TENANT = TenantId("even")


@dataclass(slots=True)
class Controller:
    """Answers as it is told; `asked`: what came over which shard."""

    answers: list[Outcome | None]
    asked: list[tuple[Shard, CommandMessage]] = field(default_factory=list)

    async def ask(self, shard: Shard, message: CommandMessage, limit: float = 3.0) -> Outcome | None:
        self.asked.append((shard, message))
        return self.answers.pop(0)


@dataclass(slots=True)
class Jobs:
    """What became of each job."""

    ended: list[tuple[int, datetime | None]] = field(default_factory=list)

    async def done(self, job: Job) -> bool:
        self.ended.append((job.id, None))
        return True

    async def failed(self, job: Job, retry_at: datetime | None, trouble: str) -> bool:
        self.ended.append((job.id, retry_at))
        return True


def job(attempts: int = 1) -> Job:
    return Job(7, TENANT, "use_config", "3", '{"version":3}', attempts, NOW)


async def test_a_controller_that_has_it_in_force_ends_the_job() -> None:
    controller, jobs = Controller([CommandAccepted(12)]), Jobs()
    await InForce(controller, jobs, lambda: NOW).do(job())
    ((shard, message),) = controller.asked
    assert (shard, message.tenant, message.expires) == (shard_of(TENANT), TENANT, after(NOW, ANSWER_LIMIT))
    assert isinstance(message.body, ConfigPublished)
    assert jobs.ended == [(7, None)]


async def test_while_no_controller_is_there_it_is_asked_again_less_and_less_often() -> None:
    controller, jobs = Controller([None] * 8), Jobs()
    work = InForce(controller, jobs, lambda: NOW)
    for attempts in range(1, 9):
        await work.do(job(attempts))
    assert jobs.ended == [(7, after(NOW, pause)) for pause in (1, 2, 4, 8, 16, LONGEST_PAUSE, 30, 30)]


async def test_each_attempt_is_a_command_of_its_own() -> None:
    controller, jobs = Controller([None, None]), Jobs()
    work = InForce(controller, jobs, lambda: NOW)
    await work.do(job(1))
    await work.do(job(2))
    first, second = (message.id for _, message in controller.asked)
    assert first != second

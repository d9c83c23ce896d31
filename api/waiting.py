"""Whether the wait in each queue can be as it is set up: its overflow chain leads somewhere and never round, its key
does something, and its longest wait is what the tariff sells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from acd.config import QueueConfig
from acd.config.waiting import Cause, OverflowStep, StepKind
from api import overflow_loops
from api.flaws import Flaw, told
from api.shape_flaws import SECTION
from ivr.flow import Flow, Route
from kernel.ids import QueueId
from kernel.refusal import Code, Refused
from numbering.dialled import Dialled, Kind
from numbering.emergency import emergency
from numbering.japan import read
from numbering.permission import permitted
from store.config_parts import TenantConfig
from tariff.rights.entitlement import NOTHING, Entitled
from tariff.written.rows import Scope

WAITING: Final = "waiting_connection"
WHEN_BUSY: Final = "wait_when_busy"
LEAST_MINUTES, MOST_MINUTES = 1, 5
"""FD-r.24, ND-r.41: the hold of a waiting connection is set in whole minutes."""


def flaws(config: TenantConfig, flows: Mapping[str, Flow], prompts: Collection[str]) -> Iterator[Flaw]:
    """What does not fit, each with its field, code and sentences."""
    queues = {queue.id: queue for queue in config.queues}
    allowed = tuple(prefix for one in config.dialling for prefix in one.allowed)
    for queue in config.queues:
        at = f"queues.{queue.id}.waiting"
        if queue.waiting.leave_key and not any(step.answers(Cause.KEY) for step in queue.waiting.overflow):
            yield told(f"{at}.leave_key", "key_leads_nowhere")
        for place, step in enumerate(queue.waiting.overflow):
            yield from _of_step(f"{at}.overflow.{place}", step, queues, prompts, allowed)
    round_trip = overflow_loops.loop(config, flows)
    if round_trip:
        yield told(f"queues.{round_trip[0]}.waiting.overflow", "overflow_loop", way=" → ".join(round_trip))


def unsold(config: TenantConfig, entitled: Entitled) -> Iterator[Refused]:
    """A number whose own contract could bring waiting when busy, but does not, is allotted no waiting places."""
    if not entitled.sells(WHEN_BUSY):
        return
    own = {one.of for one in entitled.list() if one.scope is Scope.NUMBER}
    waits = {one.of for one in entitled.list() if one.kind in (WAITING, WHEN_BUSY)}
    for number in config.numbers:
        if number.places and number.number in own - waits:
            params = (("feature", WHEN_BUSY), ("number", number.number))
            yield Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=params)


def holds(config: TenantConfig, flows: Mapping[str, Flow], entitled: Entitled) -> Iterator[Refused]:
    """Where a number has a waiting connection, its queues hold callers for so many whole minutes."""
    bought = {one.of: one.clause for one in entitled.list() if one.kind == WAITING}
    queues = {queue.id: queue for queue in config.queues}
    for number in config.numbers:
        clause = bought.get(number.number)
        if clause is None:
            continue
        for step in flows[str(number.flow)].steps.values():
            queue = queues.get(step.queue) if isinstance(step, Route) else None
            if queue is not None and not _whole_minutes(queue):
                least, most = str(LEAST_MINUTES), str(MOST_MINUTES)
                params = (("queue", queue.id), ("number", number.number), ("least", least), ("most", most))
                yield Refused(Code.HOLD_MINUTES, clause, int(queue.longest_wait), MOST_MINUTES * 60, params)


def _whole_minutes(queue: QueueConfig) -> bool:
    return queue.longest_wait in {60.0 * minutes for minutes in range(LEAST_MINUTES, MOST_MINUTES + 1)}


def _of_step(
    at: str,
    step: OverflowStep,
    queues: Mapping[QueueId, QueueConfig],
    prompts: Collection[str],
    allowed: tuple[str, ...],
) -> Iterator[Flaw]:
    if step.prompt and step.prompt not in prompts:
        yield told(f"{at}.prompt", "unknown_prompt", prompt=step.prompt)
    match step.kind:
        case StepKind.QUEUE:
            if step.queue is None:
                yield told(f"{at}.queue", "missing", section=SECTION)
            elif step.queue not in queues:
                yield told(f"{at}.queue", "unknown_queue", queue=step.queue)
        case StepKind.NUMBER:
            reason = _unreachable(step.number, allowed)
            if reason:
                yield told(f"{at}.number", reason)
        case _:
            return


def _unreachable(number: str, allowed: tuple[str, ...]) -> str:
    """Why nobody can be put through to this number, "" when he can."""
    if emergency(number) is not None:
        return "emergency"
    found = read(number)
    if not isinstance(found, Dialled):
        return str(found.refused.code)
    if found.kind is Kind.EXTENSION:
        return "unreadable_number"
    no = permitted(found, allowed)
    return "" if no is None else str(no.code)

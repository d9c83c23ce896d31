"""The queues as they are configured."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from acd.config import QueueConfig
from acd.model import Floor
from api import staffing
from api.ask import IdPath, Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Queue, QueueWanted, Sentence, Warned, Written
from api.texts import sentence
from kernel.ids import QueueId
from store.config_parts import TenantConfig, Thing

router = APIRouter(prefix="/configuration/queues")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_queues(me: Me, uses: Uses) -> Listing[Queue]:
    """Every queue in its newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).queues])


@router.get("/{queue}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_queue(queue: IdPath, me: Me, uses: Uses, response: Response) -> Queue:
    """One queue; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "queues", queue)
    assert isinstance(found, QueueConfig)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{queue}", dependencies=[needs(Permission.CONFIGURE)])
async def put_queue(
    queue: IdPath, wanted: QueueWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the queue; one that is there needs If-Match.

    Callers who wait keep the settings with which they joined, but for the strategy, which holds at once. A queue
    without agents, or whose skills none of its agents has, is answered with a warning.
    """

    def make(_config: TenantConfig, _before: Thing | None) -> QueueConfig:
        plain = wanted.model_dump(exclude={"routing", "waiting", "callback", "service"})
        return QueueConfig(
            id=QueueId(queue),
            routing=wanted.routing.routing(),
            waiting=wanted.waiting.waiting(),
            callback=wanted.callback.rule(),
            service=wanted.service.service(),
            **plain,
        )

    config = await put(uses, me, "queues", queue, match, make)
    there = await answered(uses, config, response, find(config, "queues", queue))
    return Written(version=config.version, in_force=there, warnings=staffing.of_queues(config, {queue}))


@router.delete("/{queue}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_queue(queue: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the queue once no flow leads to it and no agent serves it.

    Who waits there stays until he leaves, is moved or goes the way of the overflow chain; who was to be called back is
    not: the answer warns of both.
    """
    warned = list(_left(uses.boards.board(me.tenant).floor, queue))
    config = await remove(uses, me, "queues", queue, match)
    return Written(version=config.version, in_force=await answered(uses, config, response), warnings=warned)


def _left(floor: Floor, id: str) -> Iterator[Warned]:
    """How many are in the queue that is about to be removed."""
    queue = floor.queues.get(QueueId(id))
    if queue is None:
        return
    back = sum(one.queue == queue.config.id for one in floor.callbacks.values())
    for code, count in (("callers_wait", len(queue.turns)), ("callbacks_end", back)):
        if count:
            words = sentence("warning", code, {"queue": queue.config.name, "count": str(count)})
            told = Sentence(ja=words.ja, en=words.en)
            yield Warned(code=code, field=f"queues.{id}", used=count, sentence=told)


def _shown(queue: QueueConfig) -> Queue:
    return Queue.model_validate(queue)

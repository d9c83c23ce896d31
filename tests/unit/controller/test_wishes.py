"""What is asked for a caller by his flow and by the list of callers, and who served him last."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from acd import inputs
from acd.config import QueueConfig
from acd.config.routing import Relaxation, Requirement, Routing
from acd.model import Call, Floor, Queue
from controller.clock import Clock
from controller.mailbox import Mailbox
from controller.wishes import LONGEST, LastAgents, routed
from ivr.asking import VIP, Asking, Skill, Step
from ivr.walk import Join
from kernel.ids import AgentId, CallId, NodeName, PersonalId, QueueId, TenantId
from store.config_parts import CallerConfig
from store.errors import StoreUnavailable
from tests.fakes.virtual_time import in_jumping_time
from tests.fakes.world import START

ANN, BOB = AgentId("ann"), AgentId("bob")
ENGLISH = Requirement("english", 3, (Relaxation(30.0, 1),))
JOIN = Join(NodeName("in"), QueueId("q"), 2, Asking((Skill("english", 3, (Step(30.0, 1),)),), True, ANN))
PLAIN = Join(NodeName("in"), QueueId("q"), 2)


def a_call(mark: str = "mark") -> Call:
    return Call(CallId("call_1"), "+81312345678", PersonalId("pii_1"), START, mark=mark)


def listed(**more: object) -> CallerConfig:
    return CallerConfig("yamada", "mark", PersonalId("pii_2"), **more)  # type: ignore[arg-type]


def test_what_the_flow_asks_for_becomes_what_the_call_joins_with() -> None:
    given = routed(a_call(), JOIN, START, None)
    assert given == inputs.CallRouted(CallId("call_1"), QueueId("q"), 2, START, (ENGLISH,), ANN, replaces=True)


def test_what_the_list_says_comes_beside_it_and_the_flow_names_the_agent_first() -> None:
    caller = listed(preferred=BOB, priority=5, skills=(Requirement("tax"),))
    given = routed(a_call(), JOIN, START, caller)
    assert (given.priority, given.requirements, given.preferred) == (7, (ENGLISH, Requirement("tax")), ANN)
    assert routed(a_call(), PLAIN, START, caller).preferred == BOB


def test_a_vip_comes_before_all_others_and_only_once() -> None:
    vip = Join(NodeName("in"), QueueId("q"), 2, Asking(vip=True))
    for join, caller in ((vip, None), (PLAIN, listed(vip=True)), (vip, listed(vip=True))):
        assert routed(a_call(), join, START, caller).priority == 2 + VIP


class Book:
    """Stands for the call records; answers after `takes` seconds."""

    def __init__(self, answer: AgentId | Exception | None, takes: float = 0.0) -> None:
        self.asked: list[tuple[str, datetime]] = []
        self._answer = answer
        self._takes = takes

    async def last_agent(self, _tenant: TenantId, mark: str, since: datetime) -> AgentId | None:
        self.asked.append((mark, since))
        await asyncio.sleep(self._takes)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def found(book: Book, routing: Routing, call: Call) -> tuple[bool, list[inputs.CallRouted]]:
    """Whether it had to be waited for, and with what the call joined."""
    box = Mailbox.__new__(Mailbox)
    box.floor = Floor(TenantId("even"))
    box.floor.queues[QueueId("q")] = Queue(QueueConfig(QueueId("q"), "q", routing=routing))
    joined: list[inputs.CallRouted] = []
    async with asyncio.TaskGroup() as tasks:
        last = LastAgents(book.last_agent, Clock(), tasks)
        last.find(box, call, routed(call, PLAIN, START, None), joined.append)
        waited = last.asks(call.id)
    assert not last.asks(call.id)
    return waited, joined


@in_jumping_time
async def test_who_served_him_last_is_asked_for_where_the_queue_waits_for_that_one() -> None:
    book = Book(BOB)
    waited, (given,) = await found(book, Routing(last_agent_for=20.0, last_agent_within=7), a_call())
    ((mark, since),) = book.asked
    assert (waited, given.last_agent, mark) == (True, BOB, "mark")
    assert timedelta(days=7) <= Clock().now() - since < timedelta(days=7, minutes=1)


@in_jumping_time
async def test_nobody_is_asked_for_without_a_number_or_where_no_queue_waits() -> None:
    for routing, mark in ((Routing(), "mark"), (Routing(last_agent_for=20.0), "")):
        book = Book(BOB)
        waited, (given,) = await found(book, routing, a_call(mark))
        assert (waited, given.last_agent, book.asked) == (False, None, [])


@in_jumping_time
async def test_without_an_answer_in_time_the_caller_joins_all_the_same() -> None:
    for book in (Book(BOB, LONGEST * 2), Book(StoreUnavailable("away"))):
        waited, (given,) = await found(book, Routing(last_agent_for=20.0), a_call())
        assert (waited, given.last_agent) == (True, None)

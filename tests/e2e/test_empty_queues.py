"""Each state of the agents in which a queue is empty, on real telephones: who waits there leaves, nobody joins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from robots.phone import Ignore, OutgoingCall
from tests.e2e.crew import TENANT, Crew
from tests.e2e.office import Admin, admin_of, at_work

EMPTIED, ELSEWHERE = "+81312345721", "+81312345722"
ENGLISH = {"requirements": [{"skill": "english", "level": 1}]}


@dataclass(slots=True)
class Emptied:
    """A queue that leads to a refuge when it is empty; `caller` waits in it with his `call`."""

    crew: Crew
    boss: Admin
    caller: OutgoingCall | None = None
    call: str = ""

    async def made(self) -> None:
        """Once for all stories of the platform."""
        if (await self.boss.api.ask("GET", "/configuration/queues/refuge")).status_code == 200:
            return
        await self.boss.put("queues/refuge", {"name": "refuge"})
        await self.boss.queue_with_number("emptied", EMPTIED, ring_time=30)
        await self.boss.queue_with_number("elsewhere", ELSEWHERE, wrap_up=60, service={"dropped_within": 0})

    async def rules(self, *states: str, join: bool = False, **queue: Any) -> None:
        """In these states of its agents the queue is empty from now on: for who waits, and `join` for who comes."""
        chain = [{"kind": "queue", "queue": "refuge", "causes": ["empty"]}]
        rules = {"leave_empty": states, "join_empty": states if join else (), "overflow": chain}
        await self.boss.change("queues/emptied", waiting=rules, **queue)

    async def waited_in(self, state: str, **queue: Any) -> None:
        """From now on the queue is empty in this state of its agents; who comes now waits, since they are not in it."""
        await self.rules(state, join=True, **queue)
        begun = len(self.crew.board.of("CallStarted"))
        self.caller = self.crew.dial(EMPTIED)
        await self.crew.board.waiting("emptied", 1)
        self.call = await self.crew.started(begun + 1)

    async def left(self) -> None:
        """Who waited goes to the refuge, and so does at once who comes now."""
        assert self.caller is not None
        gone = await self.crew.board.fact("CallOverflowed", call=self.call)
        assert [gone["body"][name] for name in ("queue", "cause", "to")] == ["emptied", "empty", "refuge"]
        await self._goes(self.caller)
        refused = len(self.crew.board.of("JoinRefused"))
        late = self.crew.dial(EMPTIED)
        no = await self.crew.board.fact("JoinRefused", nth=refused + 1)
        assert [no["body"][name] for name in ("queue", "cause", "waiting")] == ["emptied", "empty", 0]
        await self._goes(late)

    async def _goes(self, caller: OutgoingCall) -> None:
        await self.crew.board.waiting("refuge", 1)
        assert self.crew.board.queues["emptied"]["waiting"] == 0
        caller.hang_up()
        await self.crew.board.waiting("refuge", 0)


async def test_a_queue_is_left_and_not_joined_in_each_of_the_eight_states_of_its_agents(crew: Crew) -> None:
    """One agent comes from state to state; in each of them the queue asks about another one."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        queue = Emptied(crew, boss)
        await queue.made()
        account = await boss.agent("nagi", "elsewhere", "emptied")
        phone = await at_work(crew, "nagi", account, Ignore(), ready=False)

        # He is paused, and is rung for a call of his other queue, which came before.
        first = crew.dial(ELSEWHERE)
        await crew.board.waiting("elsewhere", 1)
        await queue.waited_in("ringing")
        await crew.api.ready("nagi")
        rung = await phone.rung()
        await queue.left()
        await queue.waited_in("in_use")
        rung.answer()
        await queue.left()
        await queue.waited_in("wrap_up")
        first.hang_up()
        await queue.left()
        await queue.waited_in("paused")
        await crew.api.pause("nagi")
        await queue.left()
        await crew.api.must("POST", "/agents/nagi/wrap-up/end")

        # His phone rings for who waits, he is paused meanwhile, and does not take the call.
        await crew.api.ready("nagi")
        await queue.waited_in("paused")
        rung = await phone.rung()
        await crew.api.pause("nagi")
        rung.reject(603)
        await queue.left()

        await queue.waited_in("unavailable")
        await phone.unregister()
        await queue.left()
        await phone.register()
        await boss.change("agents/nagi", skills=[{"skill": "english", "level": 1}])
        await queue.waited_in("skill_unmet", routing=ENGLISH)
        await boss.change("agents/nagi", skills=[])
        await queue.left()

        # Nothing has ever been heard of the telephone of whoever is left.
        await boss.agent("mei", "emptied")
        await crew.api.sign_in("mei")
        await queue.waited_in("unknown", routing={})
        await crew.api.must("POST", "/agents/nagi/sign-out")
        await queue.left()
        await crew.api.must("POST", "/agents/mei/sign-out")

        # Nobody is left: neither when the last one serves other queues only, nor when he is to go after his call.
        await crew.api.sign_in("nagi")
        await queue.waited_in("ringing")
        await crew.api.must("PUT", "/agents/nagi/queues/emptied", json={"served": False})
        await queue.left()
        await crew.api.must("PUT", "/agents/nagi/queues/emptied", json={"served": True})
        last = crew.dial(ELSEWHERE)
        await crew.board.waiting("elsewhere", 1)
        await queue.waited_in("invalid")
        await crew.api.ready("nagi")
        rung = await phone.rung()
        rung.answer()
        await crew.board.state("nagi", "on_call")
        await boss.api.must("DELETE", "/configuration/agents/nagi", headers={"If-Match": "*"})
        await queue.left()
        del crew.phones["nagi"]
        last.hang_up()
        await crew.board.fact("AgentRemoved", agent="nagi")


async def test_who_joins_a_queue_that_is_to_be_left_does_not_stay(crew: Crew) -> None:
    """Joining is allowed while all agents are paused, waiting is not."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        queue = Emptied(crew, boss)
        await queue.made()
        await at_work(crew, "rui", await boss.agent("rui", "emptied"), ready=False)
        await queue.rules("paused", join=False)
        caller = crew.dial(EMPTIED)
        gone = await crew.board.fact("CallOverflowed", cause="empty")
        assert crew.board.of("CallLeftQueue", queue="emptied", outcome="overflowed")
        await crew.board.waiting("refuge", 1)
        assert crew.board.of("CallQueued", queue="emptied")[0]["seq"] < gone["seq"]
        caller.hang_up()
        await crew.board.waiting("refuge", 0)

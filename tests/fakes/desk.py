"""The controller's whole call path around a fake Asterisk: real mailbox, journal and switchboard, no socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from acd import inputs
from acd.config import AgentConfig, Limits, NumberRule, QueueConfig
from acd.model import Call, Floor, Shown, Wish
from asterisk import wire
from asterisk.ami import WebSocketSession
from asterisk.request import Answer, Done, Gone, Rejected, Unreachable
from asterisk.wire import ChannelState
from controller.calendar import Calendar
from controller.clock import Clock
from controller.destinations import Outside
from controller.fault import Step
from controller.journal import Journal, lines
from controller.mailbox import Mailbox
from controller.node import Doors, Node
from controller.ports import Ear
from controller.scripts import Scripts
from controller.switchboard import Switchboard
from kernel.fact import Fact
from kernel.ids import FIRST_NODE, AgentId, CommandId, QueueId, TenantId
from store.codec import decode
from store.personal import Sealer
from store.trunks import TrunkConfig
from tests.fakes.ari import BORN, FakeAri, FakeChannel, snapshot
from tests.fakes.scripts import CLOSED as CLOSED
from tests.fakes.scripts import GREETED as GREETED
from tests.fakes.scripts import LOST as LOST
from tests.fakes.scripts import STRAIGHT as STRAIGHT
from tests.fakes.scripts import script
from tests.fakes.virtual_time import LoopClock

TENANT = TenantId("desk")
PROMPTS = Path("prompts")
QUEUE = QueueConfig(QueueId("q"), "q", ring_time=20.0, wrap_up=10.0, music="calm")
PHONES = ("ann", "bob")
OWN, OTHER_OWN = "+81312345601", "+81312345602"
"""Numbers of the tenant, which calls out may show."""
NO_WAY_OUT = Outside()
OWN_NUMBERS = (NumberRule(OWN), NumberRule(OTHER_OWN))


@dataclass(slots=True)
class FakeAmi:
    """Remembers what it was told."""

    told: list[tuple[str, ...]] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Done(None))
    contacts: dict[str, str] = field(default_factory=dict)
    """What OPTIONS find of endpoints' contacts."""

    async def stands(self, limit: float) -> bool:
        return True

    async def contact_status(self, endpoint: str) -> str | Gone | Rejected | Unreachable:
        return self.contacts.get(endpoint, Gone())

    async def qualify(self, endpoint: str) -> Answer:
        self.told.append(("qualify", endpoint))
        return self.answer

    async def websocket_sessions(self) -> tuple[WebSocketSession, ...] | Rejected | Unreachable:
        return ()

    async def close_websocket_session(self, session: str) -> Answer:
        self.told.append(("close", session))
        return self.answer

    async def db_put(self, family: str, key: str, value: str) -> Answer:
        self.told.append(("db_put", family, key, value))
        return self.answer

    async def db_del(self, family: str, key: str) -> Answer:
        self.told.append(("db_del", family, key))
        return self.answer

    async def lease(self, channel: str, seconds: int) -> Answer:
        self.told.append(("lease", channel, str(seconds)))
        return self.answer

    async def redirect(self, channel: str, context: str, exten: str = "s", priority: int = 1) -> Answer:
        self.told.append(("redirect", channel, context, exten))
        return self.answer

    async def start_mixmonitor(self, channel: str, heard: str, spoken: str) -> str | Gone | Rejected | Unreachable:
        self.told.append(("start", channel, heard, spoken))
        return "mix-1"

    async def stop_mixmonitor(self, channel: str, mixmonitor: str) -> Answer:
        self.told.append(("stop", channel, mixmonitor))
        return self.answer


@dataclass(slots=True)
class Desk:
    """Everything of one test. `passed`: the fault points the path has gone through."""

    ari: FakeAri
    ami: FakeAmi
    journal: Journal
    board: Switchboard
    passed: list[Step]
    commands: int = 0

    @property
    def box(self) -> Mailbox:
        return self.board.boxes[TENANT]

    @property
    def node(self) -> Node:
        """The only Asterisk there is."""
        return self.board.first

    @property
    def floor(self) -> Floor:
        return self.box.floor

    def facts(self) -> list[Fact]:
        """What the journal says."""
        return [decode(line) for line in lines(self.journal.path.read_bytes()) if not line.startswith(b"P")]

    def kinds(self, since: int = 0) -> list[str]:
        """The types of the facts, the first `since` left out."""
        return [fact.type for fact in self.facts()][since:]

    def call(self) -> Call:
        """The only call there is."""
        (call,) = self.floor.calls.values()
        return call

    def arrives(self, number: str = STRAIGHT, channel: str = "1700000000.1", how: str = "arrived") -> str:
        """A caller comes in from the dialplan; his channel."""
        self.ari.tell(wire.StasisStart(self.ari.arrives(channel), (how, number), BORN))
        return channel

    def goes_ready(self, agent: str) -> None:
        """The phone is registered, the agent signed in and ready."""
        self.ari.phones.add(agent)
        self.ari.tell(wire.PeerStatusChange("PJSIP", agent, "Reachable", BORN))
        for order in (inputs.SignIn, lambda id, who: inputs.SetWish(id, who, Wish.READY)):
            self.commands += 1
            self.box.command(order(CommandId(f"cmd_{self.commands}"), AgentId(agent)))

    def dials(self, agent: str, text: str, channel: str = "1700000000.7") -> str:
        """The agent's phone calls; its channel."""
        self.ari.channels[channel] = FakeChannel(channel, ChannelState.RING)
        seen = replace(snapshot(channel, ChannelState.RING, agent), name=f"PJSIP/{agent}-00000007", context="phones")
        self.ari.tell(wire.StasisStart(seen, ("dialled", text), BORN))
        return channel

    def callee(self) -> str:
        """The channel of the other party of the only call out."""
        leg = self.call().callee_leg
        assert leg is not None
        return self.floor.legs[leg].channel

    def refuses(self, channel: str, cause: int, sip: int) -> None:
        """Whoever is called on this channel turns it down."""
        del self.ari.channels[channel]
        self.ari.tell(wire.ChannelHangupRequest(snapshot(channel), BORN, cause, False))
        self.ari.tell(wire.ChannelDestroyed(snapshot(channel), BORN, cause, "", sip))

    def answers(self, leg: str) -> None:
        """The agent picks up."""
        self.ari.channels[leg].state = ChannelState.UP
        self.ari.tell(wire.ChannelStateChange(snapshot(leg, ChannelState.UP), BORN))

    def hangs_up(self, channel: str, cause: int = 16) -> None:
        """The party on this channel ends the call."""
        state = self.ari.channels.pop(channel).state
        self.ari.tell(wire.ChannelHangupRequest(snapshot(channel, state), BORN, cause, False))
        self.ari.tell(wire.ChannelDestroyed(snapshot(channel, state), BORN, cause, "", None))

    def leg(self) -> str:
        """The channel of the agent's leg of the only call."""
        (leg,) = self.call().legs - {self.call().caller_leg}
        return self.floor.legs[leg].channel

    def shown(self, agent: str) -> Shown:
        return self.floor.agents[AgentId(agent)].shown


@asynccontextmanager
async def desk(folder: Path, *, queue: QueueConfig = QUEUE, point: Callable[[Step], None] | None = None,
               limits: Limits | None = None, numbers: tuple[NumberRule, ...] = OWN_NUMBERS,
               calendar: Path | None = None, outside: Outside = NO_WAY_OUT,
               room: Callable[[], bool] = lambda: True, ear: Ear | None = None,
               silence: float = 0.0, others: Sequence[Doors] = (),
               patience: float = 0.0) -> AsyncIterator[Desk]:  # fmt: skip
    """An open floor with one queue and two agents, signed out; it is Wednesday, 1 April 2026, nine in Tokyo.

    `outside`: the lines that its agents can call over; `others`: further nodes than the first.
    """
    clock: Clock = LoopClock()  # type: ignore[assignment]
    journal = Journal(folder, "now")
    ari, ami, passed = FakeAri(), FakeAmi(), list[Step]()
    async with asyncio.TaskGroup() as tasks:
        board = Switchboard(
            [Doors(FIRST_NODE, ari, ami, ear), *others],
            app="denwaban-00",
            prompts=PROMPTS,
            journal=journal,
            sealer=Sealer(bytes(32)),
            clock=clock,
            point=point or passed.append,
            tasks=tasks,
            floors=[(Floor(TENANT), 3)],
            scripts=Scripts({TENANT: replace(script(TENANT), outside=outside)}),
            room=room,
            calendar=Calendar(clock, calendar),
            silence=silence,
            patience=patience,
        )
        ari.on_event = board.first.dispatch.heard
        board.first.trunks.put(TrunkConfig(trunk) for line in outside.lines for trunk in line.trunks)
        made = Desk(ari, ami, journal, board, passed)
        agents = tuple(
            AgentConfig(AgentId(name), name, name, (queue.id,), extension=f"20{place}")
            for place, name in enumerate(PHONES, start=1)
        )
        for given in (inputs.ShardWasTaken(3), inputs.UseConfig((queue,), agents, limits or Limits(), numbers),
                      inputs.RecoveryFinished()):  # fmt: skip
            made.box.take(given)
        try:
            yield made
        finally:
            board.end()
            journal.close()

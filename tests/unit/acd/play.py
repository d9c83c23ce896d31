"""One history under way: a world, its ledger, and every property checked after each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from acd import inputs
from acd.config import AgentConfig, Limits, LineRule, NumberRule, QueueConfig, SeatPool
from acd.config.service import AfterMissed, Service
from acd.config.waiting import Cause, Condition, OverflowStep, StepKind, Waiting
from kernel.ids import CommandId, LineId, QueueId
from kernel.refusal import Code, Refused
from tests.fakes.simulated_switch import Channel
from tests.fakes.world import NODE, Watch, World
from tests.stories import agent, bought, go_ready, open_floor, queue
from tests.unit.acd.fairness import PREFERENCES, WISHES
from tests.unit.acd.invariants import broken, check, check_end
from tests.unit.acd.ledger import Ledger
from tests.unit.acd.mixes import MIXES, Mix

NAMES: Final = ("a0", "a1", "a2", "a3")
LINE: Final = LineId("line")


@dataclass(frozen=True, slots=True)
class Config:
    queues: tuple[QueueConfig, ...]
    agents: tuple[AgentConfig, ...]
    limits: Limits
    numbers: tuple[NumberRule, ...] = ()
    lines: tuple[LineRule, ...] = ()


_Q0 = queue("q0", wrap_up=5.0)
_Q1 = queue("q1", ring_time=8.0, longest_wait=60.0, announce_every=10.0)
_Q2 = queue("q2", wrap_up=15.0, announce_every=7.0)
_ELSEWHERE = Waiting(
    leave_empty=(Condition.PAUSED, Condition.UNAVAILABLE),
    most=3,
    ratio=2.0,
    overflow=(
        OverflowStep(StepKind.QUEUE, (Cause.LONGEST_WAIT, Cause.KEY, Cause.EMPTY), QueueId("q2")),
        OverflowStep(StepKind.ANNOUNCEMENT, (Cause.FULL, Cause.RATIO, Cause.EMPTY)),
        OverflowStep(StepKind.VOICEMAIL, seconds=20.0),
    ),
    leave_key="9",
    tells_estimate=True,
)
_AGENTS = (
    agent("a0", "q0"),
    agent("a1", "q1", "q0"),
    replace(agent("a2", "q1", "q2"), licence="plus"),
    replace(agent("a3", "q0", "q1", "q2"), licence="plus"),
)
_SEATS = (SeatPool("", 2, "clause 1"), SeatPool("plus", 1, "clause 3"))
_PLACES = (
    NumberRule("q0", LINE, 2),
    NumberRule("q1", places=1),
    NumberRule("q0!", LINE, 0),
    NumberRule("q2", LineId("other")),
)
_LINES = (LineRule(LINE, 3, "clause 5"), LineRule(LineId("other")))
_USUAL = Config((_Q0, _Q1, _Q2), _AGENTS, Limits(_SEATS, places_clause="clause 6"), _PLACES, _LINES)
_DROPS = Service(2, AfterMissed.NOTHING, 5.0, 12.0, dropped_within=3.0)
CONFIGS: Final = (
    _USUAL,
    replace(_USUAL, limits=bought(2, "clause 2")),
    replace(_USUAL, limits=Limits((*_SEATS[:1], SeatPool("plus", 2, "clause 4")), 2, "clause 6", seat_grace=15.0)),
    replace(_USUAL, limits=Limits(seat_grace=0.0), numbers=()),
    replace(_USUAL, lines=(LineRule(LINE, 1, "clause 7"),)),
    replace(_USUAL, numbers=(NumberRule("q0", places=1), NumberRule("q1~", places=0))),
    replace(_USUAL, queues=(_Q0, _Q1)),
    replace(_USUAL, agents=_AGENTS[:3]),
    replace(_USUAL, agents=(agent("a0", "q0", "q1", "q2", version=2), *_AGENTS[1:])),
    replace(_USUAL, queues=(replace(_Q0, wrap_up=0.0, longest_wait=30.0, version=2), _Q1, _Q2)),
    replace(_USUAL, queues=(_Q0, replace(_Q1, longest_wait=0.0, version=2), replace(_Q2, announce_every=0.0))),
    replace(_USUAL, agents=(*_AGENTS[:2], agent("a2", "q2", version=2), _AGENTS[3])),
    replace(_USUAL, agents=(replace(_AGENTS[0], reported=True), _AGENTS[1], *_AGENTS[2:])),
    replace(_USUAL, queues=(_Q0, replace(_Q1, service=Service(2, AfterMissed.SIGNED_OUT), version=2), _Q2)),
    replace(_USUAL, queues=(replace(_Q0, service=_DROPS, version=2), _Q1, _Q2)),
    replace(_USUAL, queues=(_Q0, replace(_Q1, service=Service(whisper="sales"), version=2), _Q2)),
    replace(_USUAL, queues=(_Q0, replace(_Q1, longest_wait=20.0, waiting=_ELSEWHERE, version=2), _Q2)),
    replace(_USUAL, queues=(replace(_Q0, longest_wait=20.0, waiting=_ELSEWHERE, version=2), _Q1, _Q2)),
)


def use(config: Config, mix: Mix, version: int) -> inputs.UseConfig:
    """This configuration under these rules."""
    queues, agents = mix.queues(config.queues), mix.agents(config.agents)
    return inputs.UseConfig(queues, agents, config.limits, config.numbers, config.lines, version)


@dataclass(slots=True)
class Play:
    """One history under way."""

    world: World
    ledger: Ledger
    commands: int = 0

    def step(self, act: Callable[[Play, int, int], None], who: int, what: int) -> None:
        act(self, who, what)
        check(self.world, self.ledger.seen)
        self.ledger.deadlines.check(self.world, self.ledger.seen)
        self.ledger.check(self.world.floor)
        self.ledger.leaving.check(self.world.floor, self.world.now)
        self.world.floor == self.ledger.shadow or broken("e", "the facts alone give another floor")

    def close(self) -> None:
        """Every caller hangs up, everything arrives, time passes."""
        world = self.world
        if NODE not in world.floor.nodes:
            self.every_node_lost()
            world.recover()
        for channel in [one for one in world.switch.channels.values() if self._is_to_hang_up(one)]:
            world.switch.end(channel.name)
        world.deliver_all()
        for channel in [one for one in world.switch.channels.values() if one.bridge]:
            # Agents who were left with each other; who gets one of them is gone with him.
            if channel.name in world.switch.channels:
                world.switch.end(channel.name)
        world.deliver_all()
        for _ in range(3):
            self._calls_nobody_back()
            world.pass_time(100.0)
            world.deliver_all()
            for channel in [one for one in world.switch.channels.values() if self._is_to_hang_up(one)]:
                # Whom a call was left to meanwhile.
                world.switch.end(channel.name)
            world.deliver_all()
        check(world, self.ledger.seen)
        check_end(world)
        self.ledger.close()
        world.rebuilt() == world.floor or broken("e", "the facts alone give another floor at the end")

    def every_node_lost(self) -> None:
        """The links to all of them break at once, as when the controller is started anew."""
        for node in sorted({NODE, *self.world.floor.nodes}):
            self.world.take(inputs.NodeWasLost(node))

    def _calls_nobody_back(self) -> None:
        """No line leads any more to those who are to be called back, unless it rings already."""
        for one in [one.id for one in self.world.floor.callbacks.values() if one.call is None]:
            self.world.take(inputs.CallbackWayFound(one, Refused(Code.NO_LINE)))

    def _is_to_hang_up(self, channel: Channel) -> bool:
        """Whoever is outside, a phone that waits for an answer, and an agent whose call it is, be it that he made it or
        that it was left to him."""
        call = self.world.floor.calls.get(channel.call)
        his_own = call is not None and call.caller_leg == channel.leg
        return not channel.endpoint or channel.calls or his_own

    def command(self) -> CommandId:
        self.commands += 1
        return CommandId(f"cmd_{self.commands}")


def begin(staff: int, careful: bool, mix: Mix = MIXES[0]) -> Play:
    """An open floor under these rules, with `staff` agents ready."""
    play = Play(World(), Ledger())
    play.world.watch = Watch(play.ledger.fact, play.ledger.decided)
    source = open_floor(*_USUAL.agents, queues=_USUAL.queues)
    play.world.called, play.world.careful = source.called, careful
    play.world.overflow = QueueId("q2")
    play.world.called |= {"menu": (QueueId("q1"), 0, False)}
    play.world.menus = {"menu"}
    play.world.take(inputs.ShardWasTaken(1))
    asks = {**WISHES, **PREFERENCES}
    play.world.called |= {number: (QueueId(number[:2]), 0, False) for number in asks}
    play.world.wishes, play.world.preferences = WISHES, PREFERENCES
    play.world.take(use(_USUAL, mix, 1))
    play.world.take(inputs.RecoveryFinished())
    for name in NAMES[:staff]:
        go_ready(play.world, name)
    return play

"""Builders of situations: a floor with queues and agents at work in one line, and the words a story is told in."""

from __future__ import annotations

from typing import Any

from acd import inputs
from acd.config import AgentConfig, Limits, NumberRule, QueueConfig, SeatPool
from acd.effects import Effect
from acd.facts import Body, OfferMade
from acd.model import Agent, Wish
from kernel.ids import AgentId, CallId, CommandId, QueueId
from tests.fakes.simulated_switch import endpoint_of
from tests.fakes.world import World


def queue(name: str, **settings: Any) -> QueueConfig:
    """A queue that rings 20 s and has neither wrap-up, longest wait nor announcements unless told."""
    return QueueConfig(QueueId(name), name, **settings)


def agent(name: str, *queues: str, version: int = 1) -> AgentConfig:
    return AgentConfig(AgentId(name), name, endpoint_of(AgentId(name)), tuple(map(QueueId, queues)), version)


def bought(seats: int, clause: str = "", kind: str = "") -> Limits:
    """A contract with these seats of one kind and nothing else."""
    return Limits((SeatPool(kind, seats, clause),))


def open_floor(
    *agents: AgentConfig,
    queues: tuple[QueueConfig, ...] = (),
    limits: Limits | None = None,
    careful: bool = False,
    places: dict[str, int | None] | None = None,
) -> World:
    """An open floor with these agents signed out. Queues not given are made as the agents name them.

    `places`: the waiting places of called numbers. A queue can be called by its own name; `name!` calls it with
    priority 5, `name~` with a greeting first.
    """
    known = {one.id: one for one in queues}
    for config in agents:
        for name in config.queues:
            known.setdefault(name, queue(name))
    world = World(careful=careful)
    for name in known:
        world.called |= {name: (name, 0, False), f"{name}!": (name, 5, False), f"{name}~": (name, 0, True)}
    world.take(inputs.ShardWasTaken(1))
    numbers = tuple(NumberRule(number, places=count) for number, count in (places or {}).items())
    world.take(inputs.UseConfig(tuple(known.values()), agents, limits or Limits(), numbers))
    world.take(inputs.RecoveryFinished())
    return world


def staffed(*agents: AgentConfig, queues: tuple[QueueConfig, ...] = (), limits: Limits | None = None) -> World:
    """An open floor where everybody is ready; each a second after the one before, so the first is idle longest."""
    world = open_floor(*agents, queues=queues, limits=limits)
    for config in agents:
        go_ready(world, config.id)
        world.pass_time(1.0)
    return world


def command(world: World) -> CommandId:
    """A new command id."""
    return CommandId(f"cmd_{len(world.taken)}")


def go_ready(world: World, name: str) -> None:
    """Phone up, signed in (if not yet) and ready."""
    world.take(inputs.LineSeen(AgentId(name), up=True))
    if not world.floor.agents[AgentId(name)].signed_in:
        sign_in(world, name)
    wish(world, name, Wish.READY)


def sign_in(world: World, name: str) -> list[Body | Effect]:
    return world.take(inputs.SignIn(command(world), AgentId(name)))


def sign_out(world: World, name: str) -> list[Body | Effect]:
    return world.take(inputs.SignOut(command(world), AgentId(name)))


def wish(world: World, name: str, want: Wish, reason: str = "") -> list[Body | Effect]:
    return world.take(inputs.SetWish(command(world), AgentId(name), want, reason))


def the(world: World, name: str) -> Agent:
    """The agent as the floor knows him."""
    return world.floor.agents[AgentId(name)]


def answer(world: World, name: str) -> None:
    """The agent's ringing phone is picked up, and the floor hears of it."""
    world.switch.answer(_phone(world, name))
    world.deliver_all()


def reject(world: World, name: str, cause: int = 21) -> None:
    """The agent's ringing phone turns the call down."""
    world.switch.end(_phone(world, name), cause)
    world.deliver_all()


def caller_hangs_up(world: World, call: CallId) -> None:
    leg = world.floor.calls[call].caller_leg
    assert leg is not None
    world.switch.end(world.floor.legs[leg].channel)
    world.deliver_all()


def agent_hangs_up(world: World, name: str) -> None:
    world.switch.end(_phone(world, name))
    world.deliver_all()


def offers(world: World) -> list[tuple[CallId, str]]:
    """Who was rung for which call, in order."""
    return [(made.call, made.agent) for made in world.bodies(OfferMade)]


def waiting(world: World, name: str) -> list[CallId]:
    """The calls of a queue in their order of turn."""
    return [turn[2] for turn in world.floor.queues[QueueId(name)].turns]


def _phone(world: World, name: str) -> str:
    channel = world.switch.ringing(endpoint_of(AgentId(name)))
    assert channel is not None, f"{name}'s phone does not ring"
    return channel

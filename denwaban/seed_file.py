"""What a seed file may say of tenants and the platform, checked before anything is written."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, ValidationError, model_validator

from denwaban import prompts
from denwaban.seed_parts import (
    Agent,
    AgentRange,
    Carrier,
    Contract,
    Dialling,
    Flow,
    Hours,
    Id,
    Line,
    Number,
    Part,
    Platform,
    Prompt,
    Queue,
    Text,
    own_use,
)
from ivr import check, flow
from kernel.errors import ConfigurationError
from kernel.ids import NodeName
from numbering import extension
from store.tariffs import packaged
from store.tenants import PLATFORM
from tariff.rights import order
from tariff.rights.contract import Contract as Bought

DEMO: Final = Path(__file__).with_name("demo.toml")
"""The demo tenants."""


class Tenant(Part):
    """A customer company; without contracts it is our own, with `seats` (None: not limited) by this `clause`."""

    id: Id
    name: Text
    tariffs: tuple[Id, ...] = ()
    contracts: tuple[Contract, ...] = Field(default=(), alias="contract")
    seats: Annotated[int, Field(ge=1)] | None = None
    clause: str = ""
    admin: Id = "admin"
    supervisor: Id = "supervisor"
    queues: tuple[Queue, ...] = Field(default=(), alias="queue")
    flows: tuple[Flow, ...] = Field(default=(), alias="flow")
    hours: tuple[Hours, ...] = Field(default=(), alias="hours")
    prompts: tuple[Prompt, ...] = Field(default=(), alias="prompt")
    lines: tuple[Line, ...] = Field(default=(), alias="line")
    numbers: tuple[Number, ...] = Field(default=(), alias="number")
    dialling: tuple[Dialling, ...] = ()
    named_agents: tuple[Agent, ...] = Field(default=(), alias="agent")
    agent_ranges: tuple[AgentRange, ...] = Field(default=(), alias="agent_range")

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Those with a name of their own, then the ranges."""
        return (*self.named_agents, *(agent for many in self.agent_ranges for agent in many.agents()))

    @property
    def bought(self) -> tuple[Bought, ...]:
        """Its contracts."""
        written = tuple(contract.bought(self.id) for contract in self.contracts)
        return written or (own_use(self.id, self.seats, self.clause),)

    @property
    def sold(self) -> tuple[str, ...]:
        """The tariffs that demo.json names."""
        return self.tariffs or tuple(dict.fromkeys(contract.tariff for contract in self.contracts))

    def queue_of(self, number: Number) -> str | None:
        """The queue that a number's flow leads to when it is open and no key is pressed; None when to none."""
        script = next(script for script in self.flows if script.id == number.flow).read()
        step = script.steps[script.start]
        while (then := _onward(step)) is not None:
            step = script.steps[then]
        return step.queue if isinstance(step, flow.Route) else None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.id == PLATFORM:
            raise ValueError(f"{PLATFORM} is no name for a tenant: its logins are those of the whole platform")
        queues, flows = {queue.id for queue in self.queues}, {script.id for script in self.flows}
        hours, spoken = {known.read().id for known in self.hours}, {known.id for known in self.prompts}
        known = {agent.id for agent in self.agents}
        for script in self.flows:
            told = spoken | prompts.recipes().keys()
            check.names(script.read(), queues=queues, hours=hours, prompts=told, agents=known)
        for number in self.numbers:
            if number.flow not in flows:
                raise ValueError(f"number {number.number}: there is no flow {number.flow}")
            if number.line is not None and number.line not in {line.id for line in self.lines}:
                raise ValueError(f"number {number.number}: there is no line {number.line}")
        for agent in self.agents:
            for queue in agent.queues:
                if queue not in queues:
                    raise ValueError(f"agent {agent.id}: there is no queue {queue}")
            if agent.extension and extension.taken(agent.extension):
                raise ValueError(f"agent {agent.id}: extension {agent.extension} is a service of the network")
        _once("login", [self.admin, self.supervisor, *(agent.id for agent in self.agents)])
        _once("queue", [queue.id for queue in self.queues])
        _once("flow", [script.id for script in self.flows])
        _once("contract", [contract.id for contract in self.bought])
        for contract in self.bought:
            for flaw in order.check(packaged(), contract):
                said = ", ".join(f"{name} {value}" for name, value in flaw.params)
                raise ValueError(f"contract {contract.id}: {flaw.code} ({said}; {flaw.clause})")
        return self


class Seed(Part):
    """A whole seed file."""

    carrier: Carrier
    platform: Platform
    tenants: tuple[Tenant, ...] = Field(alias="tenant", min_length=1)

    @model_validator(mode="after")
    def _is_unambiguous(self) -> Self:
        _once("tenant", [tenant.id for tenant in self.tenants])
        _once("number", [number.number for tenant in self.tenants for number in tenant.numbers])
        return self


def read(path: Path) -> Seed:
    """The seed in a TOML file. Raises ConfigurationError that names what cannot be used."""
    try:
        return Seed.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: not TOML ({error})") from error
    except ValidationError as error:
        flaws = "; ".join(f"{'.'.join(map(str, flaw['loc'])) or 'file'}: {flaw['msg']}" for flaw in error.errors())
        raise ConfigurationError(f"{path}: {flaws}") from error
    except ConfigurationError as error:  # of a flow's document
        raise ConfigurationError(f"{path}: {error}") from error


def _once(what: str, names: list[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"the {what} {twice[0]} is there twice")


def _onward(step: flow.Step) -> NodeName | None:
    match step:
        case flow.Play():
            return step.then
        case flow.Hours():
            return step.opened
        case flow.Menu():
            return step.on_timeout
        case _:
            return None

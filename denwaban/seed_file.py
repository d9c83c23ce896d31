"""What a seed file may say: tenants, queues, flows, numbers and agents, checked before anything is written."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from acd.config import QueueConfig
from ivr import flow, walk
from kernel.errors import ConfigurationError
from kernel.ids import FlowId, QueueId
from store.tenants import PLATFORM

DEMO: Final = Path(__file__).with_name("demo.toml")
"""The demo tenant."""
JAPAN: Final = "+81"

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Carrier(_Part):
    """The trunk from which the called numbers are reached, known by its address alone."""

    address: Annotated[str, Field(pattern=r"^[0-9.]+$")]


class Platform(_Part):
    """Whoever runs the platform for all tenants."""

    login: Id


class Queue(_Part):
    """A queue as `acd.config.QueueConfig` has it, with the same values for what is left out. Times in seconds."""

    id: Id
    name: Text
    ring_time: Annotated[float, Field(ge=1, le=300)] = 20.0
    wrap_up: Seconds = 0.0
    longest_wait: Seconds = 0.0
    announce_every: Seconds = 0.0
    recorded: bool = True

    def config(self) -> QueueConfig:
        """The queue as the floor knows it, in its first version."""
        return QueueConfig(
            id=QueueId(self.id),
            name=self.name,
            ring_time=self.ring_time,
            wrap_up=self.wrap_up,
            longest_wait=self.longest_wait,
            announce_every=self.announce_every,
            recorded=self.recorded,
        )


class Flow(_Part):
    """An IVR script; `nodes` is what ivr.flow reads."""

    id: Id
    start: Id
    nodes: dict[str, dict[str, Any]]

    @property
    def document(self) -> str:
        """The same text for the same flow."""
        return json.dumps({"start": self.start, "nodes": self.nodes}, ensure_ascii=False, sort_keys=True)

    def read(self) -> flow.Flow:
        """The flow itself. Raises ConfigurationError."""
        return flow.read(FlowId(self.id), 1, self.document)


class Number(_Part):
    """A called number in E.164 and the flow that takes its callers."""

    number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
    flow: Id
    does: Text

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way the carrier may write it: E.164, and the national form inside Japan."""
        national = (f"0{self.number.removeprefix(JAPAN)}",) if self.number.startswith(JAPAN) else ()
        return (self.number, *national)


class Agent(_Part):
    """An agent, who signs in under his id."""

    id: Id
    name: Text
    queues: tuple[Id, ...] = ()


class AgentRange(_Part):
    """Many agents alike: `prefix`-1 … `prefix`-`count`."""

    prefix: Id
    count: Annotated[int, Field(ge=1, le=10_000)]
    queues: tuple[Id, ...] = ()

    def agents(self) -> tuple[Agent, ...]:
        """Each of them."""
        named = (f"{self.prefix}-{number}" for number in range(1, self.count + 1))
        return tuple(Agent(id=name, name=name, queues=self.queues) for name in named)


class Tenant(_Part):
    """A customer company; `seats` None: not limited."""

    id: Id
    name: Text
    tariffs: tuple[Id, ...] = ()
    seats: Annotated[int, Field(ge=0)] | None = None
    clause: str = ""
    admin: Id = "admin"
    supervisor: Id = "supervisor"
    queues: tuple[Queue, ...] = Field(default=(), alias="queue")
    flows: tuple[Flow, ...] = Field(default=(), alias="flow")
    numbers: tuple[Number, ...] = Field(default=(), alias="number")
    named_agents: tuple[Agent, ...] = Field(default=(), alias="agent")
    agent_ranges: tuple[AgentRange, ...] = Field(default=(), alias="agent_range")

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Those with a name of their own, then the ranges."""
        return (*self.named_agents, *(agent for many in self.agent_ranges for agent in many.agents()))

    def queue_of(self, number: Number) -> str | None:
        """The queue that a number's flow leads to; None when it ends before one."""
        script = next(script for script in self.flows if script.id == number.flow).read()
        _, step = walk.without_prompts(script)
        return step.queue if isinstance(step, flow.Route) else None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.id == PLATFORM:
            raise ValueError(f"{PLATFORM} is no name for a tenant: its logins are those of the whole platform")
        queues, flows = {queue.id for queue in self.queues}, {script.id for script in self.flows}
        for script in self.flows:
            for name, step in script.read().steps.items():
                if isinstance(step, flow.Route) and step.queue not in queues:
                    raise ValueError(f"flow {script.id}, node {name}: there is no queue {step.queue}")
        for number in self.numbers:
            if number.flow not in flows:
                raise ValueError(f"number {number.number}: there is no flow {number.flow}")
        for agent in self.agents:
            for queue in agent.queues:
                if queue not in queues:
                    raise ValueError(f"agent {agent.id}: there is no queue {queue}")
        _once("login", [self.admin, self.supervisor, *(agent.id for agent in self.agents)])
        _once("queue", [queue.id for queue in self.queues])
        _once("flow", [script.id for script in self.flows])
        return self


class Seed(_Part):
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

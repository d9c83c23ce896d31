"""The parts of a tenant's configuration; each thing in it has a version of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from acd.config import AgentConfig, Parking, PauseReason, QueueConfig
from acd.config.routing import Requirement
from kernel.ids import AgentId, DiallingId, FlowId, HoursId, LineId, PersonalId, PromptId, TenantId, TrunkName


@dataclass(frozen=True, slots=True)
class AgentAccount:
    """An agent and the SIP account of his phone; the username is his alone on the whole platform."""

    agent: AgentConfig
    sip_username: str
    sip_password: str = field(repr=False)

    @property
    def id(self) -> str:
        return self.agent.id

    @property
    def version(self) -> int:
        return self.agent.version


@dataclass(frozen=True, slots=True)
class NumberConfig:
    """A called number (E.164) of the tenant and the flow that answers it.

    `line`: the line it lies on (None: any). `places`: waiting places [待ち呼] allotted to it (None: not limited).
    """

    number: str
    flow: FlowId
    line: LineId | None = None
    places: int | None = None
    version: int = 1

    @property
    def id(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """One version of a flow as JSON text; `ivr` knows what it means."""

    id: FlowId
    version: int
    document: str


@dataclass(frozen=True, slots=True)
class HoursDocument:
    """One version of a calendar of opening hours as JSON text; `ivr.hours` knows what it means."""

    id: HoursId
    version: int
    document: str


@dataclass(frozen=True, slots=True)
class PromptText:
    """One version of an announcement of the tenant's own: a sentence, spoken in `language` (ja or en).

    `sound`: the name of a sound that the tenant has sent (store.sounds), "" none; then nothing is spoken.
    """

    id: PromptId
    version: int
    text: str
    language: str = "ja"
    sound: str = ""


@dataclass(frozen=True, slots=True)
class LineConfig:
    """A line that the platform has given to the tenant: over which trunks, in order of choice, it runs.

    `channels`: calls at once (None: not limited), by `clause`. `emergency`: whether it may carry emergency calls.
    """

    id: LineId
    trunks: tuple[TrunkName, ...] = ()
    channels: int | None = None
    clause: str = ""
    emergency: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class DiallingConfig:
    """Beginnings of numbers (E.164) that the tenant's agents may dial beyond calls inside Japan; all lists together
    are what `numbering.permission` asks."""

    id: DiallingId
    allowed: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class CallerConfig:
    """Somebody who calls the tenant: `mark` is that of his number (`store.personal.Sealer.mark`), `number` points to
    the number itself, which can be erased.

    `preferred`: the agent his calls are to be given to; `vip`: they come before those of others, `priority`: by so much
    more than their flow says; `skills`: asked for beside all others.
    """

    id: str
    mark: str
    number: PersonalId
    preferred: AgentId | None = None
    priority: int = 0
    vip: bool = False
    skills: tuple[Requirement, ...] = ()
    version: int = 1


Thing = (
    QueueConfig
    | AgentAccount
    | NumberConfig
    | FlowDocument
    | HoursDocument
    | PromptText
    | LineConfig
    | DiallingConfig
    | PauseReason
    | Parking
    | CallerConfig
)


@dataclass(frozen=True, slots=True)
class TenantConfig:
    """Everything a tenant has set up, in one version (0: not published yet); the platform alone sets the lines."""

    tenant: TenantId
    name: str
    version: int = 0
    time_zone: str = "Asia/Tokyo"
    queues: tuple[QueueConfig, ...] = ()
    agents: tuple[AgentAccount, ...] = ()
    numbers: tuple[NumberConfig, ...] = ()
    flows: tuple[FlowDocument, ...] = ()
    hours: tuple[HoursDocument, ...] = ()
    prompts: tuple[PromptText, ...] = ()
    lines: tuple[LineConfig, ...] = ()
    dialling: tuple[DiallingConfig, ...] = ()
    pauses: tuple[PauseReason, ...] = ()
    parking: tuple[Parking, ...] = ()
    """What was set, or none."""
    callers: tuple[CallerConfig, ...] = ()


KINDS: Final = (
    "queues",
    "agents",
    "numbers",
    "flows",
    "hours",
    "prompts",
    "lines",
    "dialling",
    "pauses",
    "parking",
    "callers",
)
"""The names of the parts that hold things."""


def things(config: TenantConfig, kind: str) -> Mapping[str, Thing]:
    """The things of one of KINDS by id, in their order."""
    return {str(thing.id): thing for thing in getattr(config, kind)}


def with_thing(config: TenantConfig, kind: str, thing: Thing) -> TenantConfig:
    """The configuration with this thing in place of the one of the same id, or at the end."""
    return with_things(config, kind, {**things(config, kind), str(thing.id): thing}.values())


def without(config: TenantConfig, kind: str, id: str) -> TenantConfig:
    """The configuration without that thing."""
    return with_things(config, kind, (thing for known, thing in things(config, kind).items() if known != id))


def with_things(config: TenantConfig, kind: str, wanted: Iterable[Thing]) -> TenantConfig:
    """The configuration with exactly these things of a kind."""
    if kind not in KINDS:
        raise ValueError(kind)
    changed: dict[str, Any] = {kind: tuple(wanted)}
    return replace(config, **changed)


def numbered(config: TenantConfig, before: TenantConfig, version: int) -> TenantConfig:
    """What is the same as `before` keeps its version, what differs gets `version`: so no two that differ share one."""
    for kind in KINDS:
        known = things(before, kind)
        wanted = tuple(_numbered(thing, known.get(id), version) for id, thing in things(config, kind).items())
        config = with_things(config, kind, wanted)
    return replace(config, version=version)


def differences(before: TenantConfig, after: TenantConfig) -> tuple[str, ...]:
    """What is not the same in both, by name: `time_zone`, `queues/support`."""
    fields = tuple(name for name in ("name", "time_zone") if getattr(before, name) != getattr(after, name))
    found = list(fields)
    for kind in KINDS:
        was, now = things(before, kind), things(after, kind)
        found += [f"{kind}/{id}" for id in {**was, **now} if was.get(id) != now.get(id)]
    return tuple(found)


def _numbered(thing: Thing, before: Thing | None, version: int) -> Thing:
    if before is not None and _in_version(thing, before.version) == before:
        return before
    return _in_version(thing, version)


def _in_version(thing: Thing, version: int) -> Thing:
    if isinstance(thing, AgentAccount):
        return replace(thing, agent=replace(thing.agent, version=version))
    return replace(thing, version=version)

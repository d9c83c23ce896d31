"""The parts of a seed file: a carrier, queues, flows, numbers, agents, contracts, each as it is configured."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from acd.config import QueueConfig
from api.schemas.configuration_of_service import ServiceWanted
from api.schemas.routing import RoutingWanted
from api.schemas.waiting import CallbackWanted, WaitingWanted
from ivr import document, flow, hours
from kernel.ids import ContractId, DiallingId, FlowId, HoursId, LineId, PromptId, QueueId, TenantId, TrunkName
from kernel.moment import TOKYO
from numbering import permission
from store.config import DiallingConfig, FlowDocument, HoursDocument, LineConfig, PromptText
from tariff.rights.contract import Contract as Bought
from tariff.rights.contract import Item, Particulars
from tariff.written.rows import Scope

JAPAN: Final = "+81"
SOLD_SINCE: Final = date(2025, 4, 1)
"""When a contract begins of which the file does not say so."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
Step = Annotated[str, Field(pattern=r"^[0-9]{1,12}(-[0-9]{1,12})?$")]


def _prefix(text: str) -> str:
    found = permission.prefix(text)
    if isinstance(found, permission.Unfit):
        raise ValueError(f"{text}: {found}")
    return found


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Carrier(Part):
    """The trunk from which the called numbers are reached, known by its address alone."""

    name: Id = "carrier"
    address: Annotated[str, Field(pattern=r"^[0-9.]+$")]


class Platform(Part):
    """Whoever runs the platform for all tenants."""

    login: Id


class Queue(Part):
    """A queue as `acd.config.QueueConfig` has it, with the same values for what is left out. Times in seconds.

    `routing`, `waiting`, `callback` and `service` are written as over the API (docs/queues.md).
    """

    id: Id
    name: Text
    ring_time: Annotated[float, Field(ge=1, le=300)] = 20.0
    wrap_up: Seconds = 0.0
    longest_wait: Seconds = 0.0
    announce_every: Seconds = 0.0
    recorded: bool = True
    answer_within: Seconds = 20.0
    service_target: Annotated[float, Field(ge=0, le=1)] = 0.8
    short_abandon: Seconds = 5.0
    routing: RoutingWanted = Field(default_factory=RoutingWanted)
    waiting: WaitingWanted = Field(default_factory=WaitingWanted)
    callback: CallbackWanted = Field(default_factory=CallbackWanted)
    service: ServiceWanted = Field(default_factory=ServiceWanted)

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
            answer_within=self.answer_within,
            service_target=self.service_target,
            short_abandon=self.short_abandon,
            routing=self.routing.routing(),
            waiting=self.waiting.waiting(),
            callback=self.callback.rule(),
            service=self.service.service(),
        )


class Flow(Part):
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
        return document.read(FlowId(self.id), 1, self.document)

    def config(self) -> FlowDocument:
        """The flow as it is stored, in its first version."""
        return FlowDocument(FlowId(self.id), 1, self.document)


class Hours(Part):
    """Opening hours; `says` is what ivr.hours reads."""

    id: Id
    says: dict[str, Any]

    @property
    def document(self) -> str:
        """The same text for the same hours."""
        return json.dumps(self.says, ensure_ascii=False, sort_keys=True)

    def read(self) -> hours.OpeningHours:
        """The hours themselves. Raises ConfigurationError."""
        return hours.read(HoursId(self.id), 1, self.document, TOKYO)

    def config(self) -> HoursDocument:
        """The hours as they are stored, in their first version."""
        return HoursDocument(HoursId(self.id), 1, self.document)


class Prompt(Part):
    """An announcement of the tenant's own."""

    id: Id
    text: Text
    language: Annotated[str, Field(pattern="^(ja|en)$")] = "ja"

    def config(self) -> PromptText:
        """The announcement in its first version."""
        return PromptText(PromptId(self.id), 1, self.text, self.language)


class Dialling(Part):
    """Beginnings of numbers that agents may dial beyond calls inside Japan, in any spelling."""

    id: Id
    allowed: tuple[Annotated[str, AfterValidator(_prefix)], ...]

    def config(self) -> DiallingConfig:
        """The list in its first version."""
        return DiallingConfig(DiallingId(self.id), tuple(dict.fromkeys(self.allowed)))


class Line(Part):
    """A line that the platform gives to the tenant, over these trunks in order of choice."""

    id: Id
    trunks: tuple[Id, ...] = ()
    channels: Annotated[int, Field(ge=0)] | None = None
    clause: str = ""
    emergency: bool = False

    def config(self) -> LineConfig:
        """The line in its first version."""
        trunks = tuple(map(TrunkName, self.trunks))
        return LineConfig(LineId(self.id), trunks, self.channels, self.clause, self.emergency)


class Number(Part):
    """A called number in E.164, the flow that takes its callers, its line, and the waiting places allotted to it."""

    number: E164
    flow: Id
    does: Text
    line: Id | None = None
    places: Annotated[int, Field(ge=0)] | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way the carrier may write it: E.164, and the national form inside Japan."""
        national = (f"0{self.number.removeprefix(JAPAN)}",) if self.number.startswith(JAPAN) else ()
        return (self.number, *national)


class Agent(Part):
    """An agent, who logs in under his id; the rest as `acd.config.AgentConfig` has it.

    `login` false: he has no login of his own, and others sign him in. Making a login costs a tenth of a second.
    """

    id: Id
    name: Text
    queues: tuple[Id, ...] = ()
    licence: Id | Annotated[str, Field(max_length=0)] = ""
    extension: Annotated[str, Field(pattern="^[0-9]{0,8}$")] = ""
    caller_number: E164 | Annotated[str, Field(max_length=0)] = ""
    login: bool = True


class AgentRange(Part):
    """Many agents alike: `prefix`-1 … `prefix`-`count`."""

    prefix: Id
    count: Annotated[int, Field(ge=1, le=10_000)]
    queues: tuple[Id, ...] = ()
    licence: Id | Annotated[str, Field(max_length=0)] = ""
    login: bool = True

    def agents(self) -> tuple[Agent, ...]:
        """Each of them."""
        named = (f"{self.prefix}-{number}" for number in range(1, self.count + 1))
        return tuple(
            Agent(id=name, name=name, queues=self.queues, licence=self.licence, login=self.login) for name in named
        )


class Contract(Part):
    """What the tenant has bought under one tariff: quantities of its rows, for one `number` where it is sold so.

    `id` is the tariff's name unless there are several, `type` the contract type where the tariff has some. Days are
    those of Japan; `ends` is the first one without it.
    """

    id: Id | None = None
    tariff: Annotated[str, Field(pattern=r"^[a-z0-9-]+(@[a-z0-9-]+)?$")]
    items: Annotated[dict[str, int | Step], Field(min_length=1)]
    type: str = ""
    number: E164 | None = None
    begins: date = SOLD_SINCE
    ends: date | None = None
    host: Id | None = None

    def bought(self, tenant: str) -> Bought:
        """The contract in its first version."""
        return Bought(
            ContractId(self.id or self.tariff.partition("@")[0]),
            TenantId(tenant),
            self.tariff,
            _midnight(self.begins),
            tuple(Item(row, quantity) for row, quantity in self.items.items()),
            ends=None if self.ends is None else _midnight(self.ends),
            scope=Scope.TENANT if self.number is None else Scope.NUMBER,
            of=self.number or "",
            host=None if self.host is None else ContractId(self.host),
            particulars=Particulars(type=self.type),
        )


def own_use(tenant: str, seats: int | None, clause: str) -> Bought:
    """The contract of a tenant of which nothing is said but its `seats` (None: not limited), by a clause of its own."""
    items = (Item("OWN-USE"),) if seats is None else (Item("OWN-USE"), Item("OWN-SEAT", seats))
    return Bought(ContractId("own-use"), TenantId(tenant), "own-use", _midnight(SOLD_SINCE), items, clause=clause)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TOKYO).astimezone(UTC)

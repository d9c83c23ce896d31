"""What a tenant sets up: each thing as it is sent (with its id and version) and as it is wanted."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from api.schemas.common import ID_PATTERN, Moment, Shape, Wanted
from api.schemas.configuration_of_service import ServiceWanted
from api.schemas.contradictions import contradiction, each_skill_once
from api.schemas.routing import MembershipWanted, RoutingWanted, SkillWanted
from api.schemas.waiting import CallbackWanted, WaitingWanted
from ivr.prompts import LONGEST_TEXT

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Digits = Annotated[str, Field(pattern=r"^([0-9]{2,6})?$")]
Document = dict[str, Any]


class Configuration(Shape):
    """A version, when it was published and by which login (of the tenant, or of `platform`; null: not known).

    Version 0: nothing was published yet.
    """

    version: int
    published_at: Moment | None
    published_by: str | None = None
    published_by_tenant: str | None = None


class Sentence(Shape):
    """For people, in both languages."""

    ja: str
    en: str


class Warned(Shape):
    """What was accepted though it costs more (`used` of `limit` by this clause; `excess` are billed), or though nobody
    can take the calls of what stands at `field`."""

    code: str
    clause: str = ""
    used: int = 0
    limit: int = 0
    excess: int = 0
    field: str = ""
    sentence: Sentence


class Written(Shape):
    """The change stands as `version`. `in_force`: new calls go by it; false: they will, once the controller is back.

    `warnings`: what is beyond the contract with it, where the tariff bills that instead of refusing it, and what
    nobody can serve as it stands.
    """

    version: int
    in_force: bool
    warnings: list[Warned] = Field(default_factory=list)


class QueueWanted(Wanted):
    """A queue. Times in seconds; 0 switches the thing off.

    `service_target`: the share (0 to 1) of callers who are to be answered within `answer_within`; who gives up within
    `short_abandon` counts as a short abandon.
    """

    name: Name
    ring_time: Annotated[float, Field(ge=1, le=300, allow_inf_nan=False)] = 20.0
    wrap_up: Seconds = 0.0
    longest_wait: Seconds = 0.0
    announce_every: Seconds = 0.0
    music: Id = "default"
    recorded: bool = True
    answer_within: Seconds = 20.0
    service_target: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.8
    short_abandon: Seconds = 5.0
    routing: RoutingWanted = Field(default_factory=RoutingWanted)
    waiting: WaitingWanted = Field(default_factory=WaitingWanted)
    callback: CallbackWanted = Field(default_factory=CallbackWanted)
    service: ServiceWanted = Field(default_factory=ServiceWanted)


class Queue(QueueWanted, Shape):
    """A queue as it is configured."""

    id: str
    version: int


class AgentWanted(Wanted):
    """An agent. `licence`: the kind of licence he works under. `caller_number`: what his calls out show, E.164.

    `reported`: calls are connected to him only while he is reported as connectable (agent management). `memberships`:
    how he serves a queue of his where that is not the usual way.
    """

    name: Name
    queues: Annotated[list[Id], Field(max_length=200)] = Field(default_factory=list)
    licence: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,64}$")] = ""
    extension: Digits = ""
    caller_number: Annotated[str, Field(max_length=40)] = ""
    reported: bool = False
    skills: Annotated[list[SkillWanted], Field(max_length=200)] = Field(default_factory=list)
    memberships: Annotated[list[MembershipWanted], Field(max_length=200)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        each_skill_once("skills", self.skills)
        named = [one.queue for one in self.memberships]
        for place, queue in enumerate(named):
            if queue not in self.queues or queue in named[:place]:
                flaw = "membership_twice" if queue in named[:place] else "membership_elsewhere"
                raise contradiction(flaw, f"memberships.{place}.queue", queue=queue)
        return self


class Agent(AgentWanted, Shape):
    """An agent as he is configured; the phone's password was told when he was created."""

    id: str
    version: int
    sip_username: str


class SipAccount(Shape):
    """What a phone registers with. The password is told once and never again."""

    username: str
    password: str


class AgentWritten(Written):
    """`sip` is there when the agent, or his phone's password, is new."""

    sip: SipAccount | None = None


class NumberWanted(Wanted):
    """A called number: which flow answers, on which line it lies, how many waiting places [待ち呼] it is allotted."""

    flow: Id
    line: Id | None = None
    places: Annotated[int, Field(ge=0, le=100_000)] | None = None


class Number(NumberWanted, Shape):
    """A called number (E.164) as it is configured."""

    number: str
    version: int


class Flow(Shape):
    """An IVR script."""

    id: str
    version: int
    document: Document


class Hours(Shape):
    """A calendar of opening hours."""

    id: str
    version: int
    document: Document


class DiallingWanted(Wanted):
    """Beginnings of numbers that agents may dial beyond calls inside Japan: `+44`, `010-44`, `0990`, `+81570`."""

    allowed: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=500)]


class Dialling(Shape):
    """A list of such beginnings, in E.164."""

    id: str
    version: int
    allowed: list[str]


class PromptWanted(Wanted):
    """An announcement of the tenant's own."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    language: Literal["ja", "en"] = "ja"


class Prompt(Shape):
    """An announcement as it is configured. `sound`: where the sound is that was sent for it, null: it is spoken."""

    id: str
    version: int
    text: str
    language: str
    sound: str | None

"""Commands and their outcomes as bytes between two processes; what does not fit is Malformed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, get_args

import orjson
from pydantic import TypeAdapter, ValidationError

from acd.config.routing import Requirement
from acd.inputs import Command
from acd.model import Purpose
from kernel.errors import DenwabanError
from kernel.ids import AgentId, CallId, CommandId, QueueId, TenantId
from kernel.refusal import Refused


@dataclass(frozen=True, slots=True)
class ConfigPublished:
    """Command: bring the tenant's newest configuration into force, or what else its floor goes by that has changed."""

    command: CommandId


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """Command: connect the agent with `to`, showing the tenant's number `shown` ("": the usual one), as this call.

    Both numbers are as a person wrote them; the controller reads them.
    """

    command: CommandId
    agent: AgentId
    call: CallId
    to: str = field(repr=False)
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Invite:
    """Command: bring `to`, or the next free agent of `queue`, into the call the agent is on, for this `purpose`.

    `to` and `shown` as in `PlaceCall`. A transfer to a queue sends the call there. `requirements`: what is asked of who
    takes it there, `priority` with which it waits (none said: as before).
    """

    command: CommandId
    agent: AgentId
    call: CallId
    purpose: Purpose
    to: str = field(default="", repr=False)
    shown: str = ""
    queue: QueueId | None = None
    requirements: tuple[Requirement, ...] = ()
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class OpenPhone:
    """Command: the agent's browser may register with `secret`, until this session is closed or another is opened."""

    command: CommandId
    agent: AgentId
    session: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClosePhone:
    """Command: the secret of this session is good for nothing any more."""

    command: CommandId
    agent: AgentId
    session: str


Order = Command | ConfigPublished | PlaceCall | Invite | OpenPhone | ClosePhone
_COMMANDS: Final[dict[str, type]] = {cls.__name__: cls for cls in get_args(Order)}


class Malformed(DenwabanError):
    """A message that nobody of this platform sends."""


@dataclass(frozen=True, slots=True)
class CommandMessage:
    """A command to the floor of `tenant`; after `expires` nobody waits for it any more and it is dropped."""

    id: CommandId
    tenant: TenantId
    expires: datetime
    body: Order


@dataclass(frozen=True, slots=True)
class CommandAccepted:
    """The command is done; `seq`: the tenant's newest fact then."""

    seq: int


Outcome = CommandAccepted | Refused


@dataclass(frozen=True, slots=True)
class _Envelope:
    id: CommandId
    tenant: TenantId
    expires: datetime
    reply_to: str
    type: str
    body: Any


@dataclass(frozen=True, slots=True)
class _Reply:
    command: CommandId
    accepted: CommandAccepted | None
    refused: Refused | None


def write_command(message: CommandMessage, reply_to: str) -> bytes:
    """The command and the channel on which its sender listens."""
    name = type(message.body).__name__
    return orjson.dumps(_Envelope(message.id, message.tenant, message.expires, reply_to, name, message.body))


def read_command(data: bytes) -> tuple[CommandMessage, str]:
    """The command and where its outcome goes. Raises Malformed."""
    try:
        envelope: _Envelope = _adapter(_Envelope).validate_json(data)
        body: Order = _adapter(_COMMANDS[envelope.type]).validate_python(envelope.body)
    except (ValidationError, KeyError) as error:
        raise Malformed(type(error).__name__) from None
    if envelope.expires.tzinfo is None:
        raise Malformed("a moment without offset")
    return CommandMessage(envelope.id, envelope.tenant, envelope.expires, body), envelope.reply_to


def write_outcome(command: CommandId, outcome: Outcome) -> bytes:
    """What became of the command."""
    match outcome:
        case CommandAccepted():
            return orjson.dumps(_Reply(command, outcome, None))
        case Refused():
            return orjson.dumps(_Reply(command, None, outcome))


def read_outcome(data: bytes) -> tuple[CommandId, Outcome]:
    """The command's id and what became of it. Raises Malformed."""
    try:
        reply: _Reply = _adapter(_Reply).validate_json(data)
    except ValidationError as error:
        raise Malformed(type(error).__name__) from None
    outcome = reply.accepted or reply.refused
    if outcome is None:
        raise Malformed("an outcome that says nothing")
    return reply.command, outcome


@cache
def _adapter(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)

"""What is asked of Asterisk over the ARI socket, and the four ways it can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """The verbs ARI knows."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Request:
    """One ARI operation, built by the functions of channels, bridges, playbacks, endpoints, applications, recordings.

    `uri` is relative to /ari and made of checked names only. `query` and `body` may hold personal data and are
    kept out of the repr. `large`: the answer grows with what lives in Asterisk, and is therefore asked for beside the
    socket (`asterisk.lists`).
    """

    method: Method
    uri: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)
    large: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """Asterisk did it. `body` is the decoded JSON, to be read with the functions of `asterisk.reading`."""

    body: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Gone:
    """The channel, bridge or playback is not there (any more): normal in telephony, callers hang up."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Asterisk answered, and said no: an HTTP status and its sentence."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Not sent, or sent and never answered because the socket died: it may or may not have been done."""

    reason: str


Answer = Done | Gone | Rejected | Unreachable

"""A fact: something that has happened, in its place in its tenant's order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from kernel.ids import TenantId
from kernel.records import quick

Body = TypeVar("Body", covariant=True)


class Stream(StrEnum):
    """Who writes the fact; each stream has one writer (house.md, "Who owns the truth")."""

    FLOOR = "floor"


@quick
@dataclass(frozen=True, slots=True)
class Fact(Generic[Body]):
    """One line of a tenant's history.

    `seq` grows by one per fact of the tenant and never restarts; `epoch` is the lease under which it was
    written; (tenant, epoch, seq) is its key everywhere. `type` is the class name of `body`, `schema` the version
    of its shape, `subject` the id it is mostly about (call, agent, queue). `body` holds no personal data.
    """

    tenant: TenantId
    epoch: int
    seq: int
    at: datetime
    stream: Stream
    type: str
    schema: int
    subject: str
    body: Body

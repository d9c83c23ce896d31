"""A line of the audit: who changed what, and when."""

from __future__ import annotations

from api.schemas.common import Moment, Shape
from store.audit import Action


class AuditEntry(Shape):
    """One change. `tenant`: whose it is (`platform`: the platform's own), `by` a login of `by_tenant`.

    `subject`: the contract, user or trunk; `version`: the one that this change made; `changed`: which things or fields
    are other than before, by name alone.
    """

    seq: int
    at: Moment
    tenant: str
    by: str
    by_tenant: str
    action: Action
    subject: str
    version: int | None
    changed: list[str]

"""Three ways together: what a seed wants, what it last said, and what there is now; what people did is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from store.config_parts import KINDS, AgentAccount, TenantConfig, Thing, things, with_things

Value = TypeVar("Value")
_NONE: Final[Mapping[str, Thing]] = {}


def merged(wanted: TenantConfig, before: TenantConfig | None, now: TenantConfig) -> TenantConfig:
    """The configuration `now` with what the seed wants in place of all that is as the seed last said (`before`).

    What somebody has changed, added or removed since stays so. Without `before` nothing is known of what there is, so
    only what is missing is added.
    """
    name = chosen(wanted.name, None if before is None else before.name, now.name)
    after = replace(now, name=wanted.name if name is None else name)
    for kind in KINDS:
        there, said = things(now, kind), _NONE if before is None else things(before, kind)
        asked = things(wanted, kind)
        kept = {id: chosen(asked.get(id), said.get(id), thing) for id, thing in there.items()}
        new = {id: thing for id, thing in asked.items() if id not in there and id not in said}
        after = with_things(after, kind, (thing for thing in {**kept, **new}.values() if thing is not None))
    return after


def chosen(wanted: Value | None, before: Value | None, now: Value) -> Value | None:
    """What the seed wants (None: that it be gone) where nobody has changed what it said before; else what is there."""
    return wanted if before is not None and plain(now) == plain(before) else now


def touched(before: TenantConfig | None, now: TenantConfig) -> bool:
    """Whether somebody has changed anything since the seed last spoke."""
    if before is None:
        return any(things(now, kind) for kind in KINDS)
    return any(
        {id: plain(thing) for id, thing in things(before, kind).items()}
        != {id: plain(thing) for id, thing in things(now, kind).items()}
        for kind in KINDS
    )


def plain(value: object) -> object:
    """A thing without what no seed file says: its version, and the password of a phone."""
    if isinstance(value, AgentAccount):
        return replace(value, agent=replace(value.agent, version=0), sip_password="")
    return replace(value, version=0) if hasattr(value, "version") else value  # type: ignore[type-var]

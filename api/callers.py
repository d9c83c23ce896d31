"""Whether what is said of single callers fits: each is there once, and names agents and skills that are there."""

from __future__ import annotations

from collections.abc import Iterator

from api.flaws import Flaw, told
from store.config_parts import TenantConfig


def flaws(config: TenantConfig, before: TenantConfig | None) -> Iterator[Flaw]:
    """What does not fit, each with its field, code and sentence; skills are asked about where they were changed."""
    agents = {account.id for account in config.agents}
    skills = {one.skill for account in config.agents for one in account.agent.skills}
    stood = {} if before is None else {one.id: one.skills for one in before.callers}
    known: dict[str, str] = {}
    for caller in config.callers:
        at = f"callers.{caller.id}"
        if caller.mark in known:
            yield told(f"{at}.number", "number_twice", caller=known[caller.mark])
        known.setdefault(caller.mark, caller.id)
        if caller.preferred is not None and caller.preferred not in agents:
            yield told(f"{at}.preferred", "unknown_agent", agent=caller.preferred)
        for place, one in enumerate(() if stood.get(caller.id) == caller.skills else caller.skills):
            if one.skill not in skills:
                yield told(f"{at}.skills.{place}.skill", "unknown_skill", skill=one.skill)

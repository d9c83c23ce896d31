"""Loads the tenants of our shards: their configuration, and their floors out of snapshot and facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from acd import inputs
from acd.config import NumberRule
from acd.evolve import evolve, pass_over
from acd.model import Floor
from asterisk.endpoints import Phone
from ivr import flow
from ivr.flow import Flow
from kernel.ids import TenantId
from store.codec import UnknownFact
from store.config import TenantConfig
from store.facts import FactStore
from store.snapshots import Snapshots

PAGE: Final = 10_000


async def rebuild(tenant: TenantId, facts: FactStore, snapshots: Snapshots) -> Floor:
    """The floor as the facts in the database leave it; facts of unknown types are passed over."""
    floor = await snapshots.newest(tenant) or Floor(tenant)
    if floor.seq > (await facts.last(tenant)).seq:
        # It saw facts that were refused afterwards, because somebody else had taken the shard.
        floor = Floor(tenant)
    while True:
        page = await facts.since(tenant, floor.seq, PAGE)
        for fact in page:
            if isinstance(fact.body, UnknownFact):
                pass_over(floor, fact)
            else:
                evolve(floor, fact)  # type: ignore[arg-type]
        if len(page) < PAGE:
            return floor


def configuration(config: TenantConfig) -> inputs.UseConfig:
    """What of a tenant's configuration concerns its floor."""
    return inputs.UseConfig(
        config.queues,
        tuple(account.agent for account in config.agents),
        config.limits,
        tuple(NumberRule(number.number) for number in config.numbers),
        version=config.version,
    )


def phones(configs: Iterable[TenantConfig], media_host: str) -> list[Phone]:
    """The SIP endpoints of all agents."""
    return [Phone(agent.sip_username, agent.sip_password, media_host) for config in configs for agent in config.agents]


def flows(configs: Iterable[TenantConfig]) -> dict[str, tuple[TenantId, Flow]]:
    """The flow, and whose it is, by called number as the carrier sends it."""
    found: dict[str, tuple[TenantId, Flow]] = {}
    for config in configs:
        read = {one.id: flow.read(one.id, one.version, one.document) for one in config.flows}
        for number in config.numbers:
            found[number.number] = (config.tenant, read[number.flow])
    return found

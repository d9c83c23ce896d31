"""Loads the tenants of our shards: their configuration, and their floors out of snapshot and facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from acd import inputs
from acd.config import DEFAULT_PARKING, Limits, LineRule, NumberRule
from acd.evolve import evolve, pass_over
from acd.model import Floor
from asterisk.endpoints import Phone, in_browser
from controller.destinations import Outside
from controller.limits import licensed, with_every_kind
from controller.scripts import Script, Scripts
from ivr import document, hours, prompts
from kernel.errors import ConfigurationError
from kernel.ids import TenantId
from numbering.lines import Line
from store.announcements import prompt_of
from store.codec import UnknownFact
from store.config import ConfigStore, TenantConfig
from store.facts import FactStore
from store.snapshots import Snapshots

log = structlog.get_logger()

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


def configuration(config: TenantConfig, limits: Limits) -> inputs.UseConfig:
    """What of a tenant's configuration, and of its contracts (`limits`), concerns its floor."""
    agents = licensed((account.agent for account in config.agents), limits)
    return inputs.UseConfig(
        config.queues,
        agents,
        with_every_kind(limits, agents),
        tuple(NumberRule(number.number, number.line, number.places) for number in config.numbers),
        tuple(LineRule(line.id, line.channels, line.clause, line.emergency) for line in config.lines),
        version=config.version,
        pauses=config.pauses,
        parking=next(iter(config.parking), DEFAULT_PARKING),
    )


def phones(config: TenantConfig, media_host: str) -> tuple[Phone, ...]:
    """The SIP endpoints of the tenant's agents: each on his desk, and in his browser."""
    desks = [Phone(agent.sip_username, agent.sip_password, media_host) for agent in config.agents]
    return tuple(phone for desk in desks for phone in (desk, in_browser(desk)))


def script(config: TenantConfig) -> Script:
    """What the tenant's callers meet. Raises ConfigurationError where a flow or calendar cannot be read."""
    return Script(
        config.version,
        {number.number: number.flow for number in config.numbers},
        {one.id: document.read(one.id, one.version, one.document) for one in config.flows},
        {one.id: hours.read(one.id, one.version, one.document, ZoneInfo(config.time_zone)) for one in config.hours},
        prompts.files(config.tenant, map(prompt_of, config.prompts)),
        Outside(
            tuple(Line(line.id, line.trunks, line.emergency) for line in config.lines),
            tuple(dict.fromkeys(prefix for one in config.dialling for prefix in one.allowed)),
        ),
        {one.mark: one for one in config.callers},
    )


def readable(config: TenantConfig) -> Script:
    """The script without the flows and calendars that cannot be read: one tenant's must not keep all others waiting."""
    try:
        return script(config)
    except ConfigurationError as error:
        log.error("a configuration in force cannot be read whole", tenant=config.tenant, why=str(error))
    flows = tuple(one for one in config.flows if _reads(replace(config, flows=(one,), hours=())))
    calendars = tuple(one for one in config.hours if _reads(replace(config, flows=(), hours=(one,))))
    return script(replace(config, flows=flows, hours=calendars))


def _reads(config: TenantConfig) -> bool:
    try:
        script(config)
    except ConfigurationError:
        return False
    return True


async def scripts(configs: Iterable[TenantConfig], floors: Iterable[Floor], store: ConfigStore) -> Scripts:
    """The scripts in force, and the older ones by which calls on these floors still go."""
    newest = {config.tenant: readable(config) for config in configs}
    found = Scripts(newest)
    for floor in floors:
        for version in {call.config for call in floor.calls.values()} - {0, newest[floor.tenant].version}:
            older = await store.load(floor.tenant, version)
            if older is not None:
                found.keep(floor.tenant, readable(older))
    return found


async def told_config(config: TenantConfig, floor: Floor, store: ConfigStore) -> TenantConfig:
    """The version in force before this process began: its phones Asterisk was told of."""
    if floor.config in (0, config.version):
        return config
    return await store.load(floor.tenant, floor.config) or config

"""The agents as they are configured, and the SIP accounts of their phones."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Response

from acd.config import AgentConfig
from api import staffing
from api.ask import IdPath, Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.fitness import unfit_as
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Agent, AgentWanted, AgentWritten, SipAccount, Written
from api.schemas.routing import MembershipWanted, SkillWanted
from kernel.ids import AgentId, QueueId, TenantId
from numbering import japan
from numbering.dialled import Dialled
from store.config_parts import AgentAccount, TenantConfig, Thing

SECRET_BYTES: Final = 24
"""Of chance in the password of a phone."""

router = APIRouter(prefix="/configuration/agents")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_configured_agents(me: Me, uses: Uses) -> Listing[Agent]:
    """Every agent in his newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).agents])


@router.get("/{agent}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_configured_agent(agent: IdPath, me: Me, uses: Uses, response: Response) -> Agent:
    """One agent; his ETag is what a change has to name."""
    found = _found(await configuration(uses, me.tenant), agent)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{agent}", dependencies=[needs(Permission.CONFIGURE)])
async def put_agent(
    agent: IdPath, wanted: AgentWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> AgentWritten:
    """Create or replace the agent; one who is there needs If-Match. A new phone's password is told here, once."""
    caller_number = _caller_number(wanted.caller_number)
    fresh = _account(me.tenant, agent)

    def make(_config: TenantConfig, before: Thing | None) -> AgentAccount:
        known = before if isinstance(before, AgentAccount) else fresh
        made = AgentConfig(
            AgentId(agent),
            wanted.name,
            known.sip_username,
            tuple(dict.fromkeys(map(QueueId, wanted.queues))),
            licence=wanted.licence,
            extension=wanted.extension,
            caller_number=caller_number,
            reported=wanted.reported,
            skills=tuple(one.known() for one in wanted.skills),
            memberships=tuple(one.known() for one in wanted.memberships),
        )
        return replace(known, agent=made)

    config = await put(uses, me, "agents", agent, match, make)
    return await _written(uses, config, _found(config, agent), fresh.sip_password, response)


@router.post("/{agent}/sip-password", dependencies=[needs(Permission.CONFIGURE)])
async def renew_sip_password(agent: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> AgentWritten:
    """A new password for the agent's phone, told here, once; the old one is no good any more. Needs If-Match."""
    fresh = _account(me.tenant, agent)

    def make(config: TenantConfig, _before: Thing | None) -> AgentAccount:
        return replace(_found(config, agent), sip_password=fresh.sip_password)

    _found(await configuration(uses, me.tenant), agent)
    config = await put(uses, me, "agents", agent, match, make)
    return await _written(uses, config, _found(config, agent), fresh.sip_password, response)


@router.delete("/{agent}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_agent(agent: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the agent; one at work stays until he signs out, his phone goes at once."""
    config = await remove(uses, me, "agents", agent, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


async def _written(
    uses: Uses, config: TenantConfig, account: AgentAccount, fresh: str, response: Response
) -> AgentWritten:
    there = await answered(uses, config, response, account)
    new = account.sip_password == fresh
    sip = SipAccount(username=account.sip_username, password=account.sip_password) if new else None
    warnings = staffing.of_queues(config, set(account.agent.queues))
    return AgentWritten(version=config.version, in_force=there, sip=sip, warnings=warnings)


def _account(tenant: TenantId, agent: str) -> AgentAccount:
    """The account of a new agent: a name nobody else has on the platform, and a secret nobody can guess."""
    username = f"{tenant}-{agent}"
    config = AgentConfig(AgentId(agent), agent, username, ())
    return AgentAccount(config, username, secrets.token_urlsafe(SECRET_BYTES))


def _found(config: TenantConfig, agent: str) -> AgentAccount:
    found = find(config, "agents", agent)
    assert isinstance(found, AgentAccount)
    return found


def _caller_number(number: str) -> str:
    if not number:
        return ""
    found = japan.read(number)
    if not isinstance(found, Dialled):
        raise unfit_as("caller_number", found.reason, "number")
    return found.number


def _shown(account: AgentAccount) -> Agent:
    agent = account.agent
    return Agent(
        id=agent.id,
        version=agent.version,
        name=agent.name,
        queues=list(agent.queues),
        licence=agent.licence,
        extension=agent.extension,
        caller_number=agent.caller_number,
        reported=agent.reported,
        skills=[SkillWanted.model_validate(one) for one in agent.skills],
        memberships=[MembershipWanted.model_validate(one) for one in agent.memberships],
        sip_username=account.sip_username,
    )

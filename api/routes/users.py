"""The users of the tenant: who may log in, in which role, with which licence."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path

from api.ask import Me, Uses
from api.fitness import unfit_as
from api.identity import Person
from api.licences import exceeded, held
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas.common import Listing
from api.schemas.user import LOGIN_PATTERN, NewUser, User, UserChange, UserWanted
from api.services import Services
from api.shape_flaws import SECTION
from kernel.ids import AgentId
from kernel.refusal import Code, Refused
from store.config_parts import TenantConfig
from store.logins import Login, Role
from store.users import Allowed

PASSWORD_BYTES: Final = 18

LoginPath = Annotated[str, Path(pattern=LOGIN_PATTERN)]

router = APIRouter(prefix="/users", tags=["users"], dependencies=[needs(Permission.MANAGE_USERS)])


@router.get("")
async def list_users(me: Me, uses: Uses) -> Listing[User]:
    """Every user of the tenant."""
    return Listing(items=[User.model_validate(user) for user in await uses.users.all(me.tenant)])


@router.post("", status_code=201)
async def add_user(wanted: UserWanted, me: Me, uses: Uses) -> NewUser:
    """A new user; 409 `licence_exhausted` when all licences of his kind are given out."""
    role = Role(wanted.role)
    agent = None if role is not Role.AGENT else AgentId(wanted.agent or wanted.login)
    if role is not Role.AGENT and wanted.agent is not None:
        raise unfit_as("agent", "not_an_agent", SECTION)
    login = Login(me.tenant, wanted.login, role, agent, wanted.licence)
    password = wanted.password or secrets.token_urlsafe(PASSWORD_BYTES)
    if not await uses.users.add(login, password, _fits(uses, me), me.author):
        raise RefusalRaised(Refused(Code.NAME_TAKEN))
    told = password if wanted.password is None else None
    return NewUser(**User.model_validate(login).model_dump(), password=told)


@router.get("/{login}")
async def get_user(login: LoginPath, me: Me, uses: Uses) -> User:
    """One user."""
    known = await uses.logins.get(me.tenant, login)
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return User.model_validate(known)


@router.patch("/{login}")
async def change_user(login: LoginPath, wanted: UserChange, me: Me, uses: Uses) -> User:
    """Another role, agent, licence or password."""

    def how(before: Login) -> Login:
        role = before.role if wanted.role is None else Role(wanted.role)
        agent = None
        if role is Role.AGENT:
            agent = AgentId(wanted.agent or before.agent or before.login)
        licence = before.licence if wanted.licence is None else wanted.licence
        return replace(before, role=role, agent=agent, licence=licence)

    allowed = _fits(uses, me, keeps_admin=True)
    changed = await uses.users.change(me.tenant, login, how, wanted.password, allowed, me.author)
    if changed is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return User.model_validate(changed)


@router.delete("/{login}", status_code=204)
async def delete_user(login: LoginPath, me: Me, uses: Uses) -> None:
    """The user is gone, and his tokens with him. The last admin stays."""
    if not await uses.users.remove(me.tenant, login, _fits(uses, me, keeps_admin=True), me.author):
        raise ProblemRaised(Problem.NOT_FOUND)


def _fits(uses: Services, me: Person, *, keeps_admin: bool = False) -> Allowed:
    """Whether the users could be these: each agent is configured, no licence is given out twice, one admin is left."""

    async def allowed(users: Sequence[Login]) -> None:
        if keeps_admin and not any(user.role is Role.ADMIN for user in users):
            raise RefusalRaised(Refused(Code.LAST_ADMIN))
        config = await uses.configs.load(me.tenant) or TenantConfig(me.tenant, "")
        agents = {account.id for account in config.agents}
        for user in users:
            if user.agent is not None and user.agent not in agents:
                raise unfit_as("agent", "unknown_agent", agent=user.agent)
        refused = exceeded(held(config, users), await uses.contracts.entitled(me.tenant, uses.clock()))
        if refused is not None:
            raise RefusalRaised(refused)

    return allowed

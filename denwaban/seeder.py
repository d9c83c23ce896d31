"""What the database must say for a seed: tenants, configurations, logins and the trunk; differences are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from acd.config import AgentConfig, Limits, QueueConfig, SeatPool
from denwaban import demo_file, seed_file
from denwaban.demo_file import DemoFile
from kernel.ids import AgentId, FlowId, QueueId, TenantId
from store.config import AgentAccount, ConfigStore, FlowDocument, NumberConfig, TenantConfig
from store.logins import Login, LoginStore, Role
from store.tenants import PLATFORM, Tenant, TenantStore, TrunkConfig

Part = TypeVar("Part", QueueConfig, AgentConfig, FlowDocument)


class Seeder:
    """Writes what differs, and nothing else. `changes` tells what was written."""

    def __init__(self, tenants: TenantStore, configs: ConfigStore, logins: LoginStore) -> None:
        """A seeder on these stores (of a platform engine)."""
        self._tenants = tenants
        self._configs = configs
        self._logins = logins
        self.changes: list[str] = []

    async def trunk(self, trunk: TrunkConfig) -> None:
        """Have this trunk beside those there are."""
        there = await self._tenants.trunks()
        if trunk not in there:
            others = [known for known in there if trunk.name != known.name and trunk.address != known.address]
            await self._tenants.put_trunks([*others, trunk])
            self.changes.append(f"trunk {trunk.name} at {trunk.address}")

    async def platform(self, login: str, known: DemoFile | None) -> demo_file.Login:
        """Have the login of whoever runs the platform."""
        old = None if known is None or known.platform.login != login else known.platform
        return await self._login(Login(PLATFORM, login, Role.PLATFORM), old, sure=False)

    async def tenant(self, wanted: seed_file.Tenant, known: DemoFile | None) -> demo_file.Tenant:
        """Have the tenant, its configuration and its logins."""
        old = None if known is None else known.tenant(wanted.id)
        tenant = Tenant(TenantId(wanted.id), wanted.name, tariffs=wanted.tariffs)
        if await self._tenants.get(tenant.id) != tenant:
            await self._tenants.put(tenant)
            self.changes.append(f"tenant {tenant.id}")
        config = await self._publish(wanted, await self._configs.load(tenant.id), old)
        return await self._describe(wanted, config, old)

    async def _publish(
        self, wanted: seed_file.Tenant, there: TenantConfig | None, old: demo_file.Tenant | None
    ) -> TenantConfig:
        before = there or TenantConfig(TenantId(wanted.id), wanted.name)
        config = config_of(wanted, before, old)
        if there is None or config != there:
            config = replace(config, version=await self._configs.publish(config))
            self.changes.append(f"configuration of {wanted.id}, version {config.version}")
        return config

    async def _describe(
        self, wanted: seed_file.Tenant, config: TenantConfig, old: demo_file.Tenant | None
    ) -> demo_file.Tenant:
        tenant = config.tenant
        was = None if old is None else old.admin
        admin = await self._login(Login(tenant, wanted.admin, Role.ADMIN), was, sure=False)
        # The admin's password holds, so this is the database var/demo.json was written for: the others hold too.
        sure = admin == was
        was = None if old is None else old.supervisor
        supervisor = await self._login(Login(tenant, wanted.supervisor, Role.SUPERVISOR), was, sure)
        accounts = {account.agent.id: account for account in config.agents}
        agents = []
        for agent in wanted.agents:
            agent_id = AgentId(agent.id)
            kept = _agent_of(old, agent.id)
            was = None if old is None or kept is None else old.agent_login(kept)
            login = await self._login(Login(tenant, agent.id, Role.AGENT, agent_id), was, sure)
            account = accounts[agent_id]
            agents.append(
                demo_file.Agent(
                    id=agent.id,
                    name=agent.name,
                    login=login.login,
                    password=login.password,
                    sip=demo_file.Sip(username=account.sip_username, password=account.sip_password),
                    queues=agent.queues,
                )
            )
        return demo_file.Tenant(
            id=wanted.id,
            name=wanted.name,
            tariffs=wanted.tariffs,
            admin=admin,
            supervisor=supervisor,
            numbers=tuple(
                demo_file.Number(
                    number=number.number,
                    spellings=number.spellings,
                    flow=number.flow,
                    queue=wanted.queue_of(number),
                    does=number.does,
                )
                for number in wanted.numbers
            ),
            queues=tuple(demo_file.Queue(id=queue.id, name=queue.name) for queue in wanted.queues),
            agents=tuple(agents),
        )

    async def _login(self, login: Login, old: demo_file.Login | None, sure: bool) -> demo_file.Login:
        """Have the login with its old password when it still holds, else with a fresh one.

        `sure`: the old password needs no proof (a tenth of a second each), only that the login is there.
        """
        if old is not None and old.login == login.login:
            held = await (
                self._logins.get(login.tenant, login.login)
                if sure
                else self._logins.check(login.tenant, login.login, old.password)
            )
            if held == login:
                return old
        fresh = demo_file.Login(tenant=login.tenant, login=login.login, password=demo_file.fresh_secret())
        await self._logins.put(login, fresh.password)
        self.changes.append(f"login {login.login} of {login.tenant}")
        return fresh


def config_of(wanted: seed_file.Tenant, before: TenantConfig, old: demo_file.Tenant | None) -> TenantConfig:
    """The configuration the seed wants, with the versions and SIP secrets of `before` where nothing has changed."""
    accounts = {account.agent.id: account for account in before.agents}
    return replace(
        before,
        name=wanted.name,
        queues=_counted([queue.config() for queue in wanted.queues], before.queues),
        agents=tuple(_account(wanted.id, agent, accounts, old) for agent in wanted.agents),
        numbers=tuple(
            NumberConfig(spelling, FlowId(number.flow)) for number in wanted.numbers for spelling in number.spellings
        ),
        flows=_counted([FlowDocument(FlowId(flow.id), 1, flow.document) for flow in wanted.flows], before.flows),
        limits=Limits(() if wanted.seats is None else (SeatPool("", wanted.seats, wanted.clause),)),
    )


def _account(
    tenant: str, agent: seed_file.Agent, accounts: dict[AgentId, AgentAccount], old: demo_file.Tenant | None
) -> AgentAccount:
    username = f"{tenant}-{agent.id}"
    wanted = AgentConfig(AgentId(agent.id), agent.name, username, tuple(map(QueueId, agent.queues)))
    kept = accounts.get(wanted.id)
    (config,) = _counted([wanted], () if kept is None else [kept.agent])
    if kept is not None and kept.sip_username == username:
        return AgentAccount(config, username, kept.sip_password)
    told = _agent_of(old, agent.id)
    return AgentAccount(config, username, told.sip.password if told is not None else demo_file.fresh_secret())


def _agent_of(old: demo_file.Tenant | None, agent: str) -> demo_file.Agent | None:
    return None if old is None else next((known for known in old.agents if known.id == agent), None)


def _counted(wanted: Sequence[Part], before: Sequence[Part]) -> tuple[Part, ...]:
    """Each part with the version it had when it has not changed, with the next one when it has, with 1 when new."""
    known = {part.id: part for part in before}
    return tuple(_next(part, known.get(part.id)) for part in wanted)


def _next(part: Part, before: Part | None) -> Part:
    if before is None:
        return part
    same = replace(part, version=before.version)
    return same if same == before else replace(part, version=before.version + 1)

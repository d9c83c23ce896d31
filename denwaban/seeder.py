"""What the database must say for a seed: tenants, their contracts and configurations, logins, the trunk."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from acd.config import AgentConfig
from denwaban import demo_file, seed_file, seed_parts
from denwaban.demo_file import DemoFile
from kernel.ids import AgentId, FlowId, LineId, QueueId, TenantId, TrunkName
from store.audit import SEED
from store.config import AgentAccount, ConfigStore, NumberConfig, TenantConfig
from store.contracts import ContractStore
from store.logins import Login, LoginStore, Role
from store.tenants import PLATFORM, Tenant, TenantStore
from store.trunks import TrunkConfig, TrunkStore

NOBODY: Final = demo_file.Login(tenant="", login="", password="")
"""The login of an agent who has none."""


class Seeder:
    """Writes what differs, and nothing else. `changes` tells what was written."""

    def __init__(
        self,
        tenants: TenantStore,
        contracts: ContractStore,
        configs: ConfigStore,
        logins: LoginStore,
        trunks: TrunkStore,
    ) -> None:
        """A seeder on these stores (of a platform engine)."""
        self._tenants = tenants
        self._contracts = contracts
        self._configs = configs
        self._logins = logins
        self._trunks = trunks
        self.changes: list[str] = []

    async def trunk(self, name: TrunkName, address: str) -> None:
        """Have a trunk at this address; what else has been said of it stays."""
        if not any(address in known.addresses for known in await self._trunks.all()):
            known = await self._trunks.get(name) or TrunkConfig(name)
            await self._trunks.put(replace(known, addresses=(address,)), SEED)
            self.changes.append(f"trunk {name} at {address}")

    async def platform(self, login: str, known: DemoFile | None) -> demo_file.Login:
        """Have the login of whoever runs the platform."""
        old = None if known is None or known.platform.login != login else known.platform
        return await self._login(Login(PLATFORM, login, Role.PLATFORM), old, sure=False)

    async def tenant(self, wanted: seed_file.Tenant, known: DemoFile | None) -> demo_file.Tenant:
        """Have the tenant, its contracts, its configuration and its logins."""
        old = None if known is None else known.tenant(wanted.id)
        tenant = Tenant(TenantId(wanted.id), wanted.name, tariffs=wanted.sold)
        if await self._tenants.get(tenant.id) != tenant:
            await self._tenants.put(tenant)
            self.changes.append(f"tenant {tenant.id}")
        await self._sell(wanted)
        config = await self._publish(wanted, old)
        return await self._describe(wanted, config, old)

    async def _sell(self, wanted: seed_file.Tenant) -> None:
        """Have the contracts; one that the seed does not name is left alone."""
        held = {contract.id: contract for contract in await self._contracts.of(TenantId(wanted.id))}
        for contract in wanted.bought:
            known = held.get(contract.id)
            if known is None or replace(contract, version=known.version) != known:
                put = await self._contracts.put(contract, SEED)
                assert put is not None, "it was to follow whatever there is"
                self.changes.append(f"contract {contract.id} of {wanted.id}, version {put.version}")

    async def _publish(self, wanted: seed_file.Tenant, old: demo_file.Tenant | None) -> TenantConfig:
        there = await self._configs.load(TenantId(wanted.id))
        config = await self._configs.edit(TenantId(wanted.id), lambda before: config_of(wanted, before, old), SEED)
        if there is None or config.version != there.version:
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
            login = NOBODY
            if agent.login:
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
            tariffs=wanted.sold,
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
    """The configuration the seed wants, with the SIP secrets of `before`; whoever publishes it counts the versions."""
    accounts = {account.agent.id: account for account in before.agents}
    return replace(
        before,
        name=wanted.name,
        queues=tuple(queue.config() for queue in wanted.queues),
        agents=tuple(_account(wanted.id, agent, accounts, old) for agent in wanted.agents),
        numbers=tuple(_number(number) for number in wanted.numbers),
        flows=tuple(flow.config() for flow in wanted.flows),
        hours=tuple(hours.config() for hours in wanted.hours),
        prompts=tuple(prompt.config() for prompt in wanted.prompts),
        lines=tuple(line.config() for line in wanted.lines),
        dialling=tuple(one.config() for one in wanted.dialling),
    )


def _number(wanted: seed_parts.Number) -> NumberConfig:
    line = None if wanted.line is None else LineId(wanted.line)
    return NumberConfig(wanted.number, FlowId(wanted.flow), line, wanted.places)


def _account(
    tenant: str, agent: seed_parts.Agent, accounts: dict[AgentId, AgentAccount], old: demo_file.Tenant | None
) -> AgentAccount:
    username = f"{tenant}-{agent.id}"
    wanted = AgentConfig(
        AgentId(agent.id),
        agent.name,
        username,
        tuple(map(QueueId, agent.queues)),
        licence=agent.licence,
        extension=agent.extension,
        caller_number=agent.caller_number,
    )
    kept = accounts.get(wanted.id)
    if kept is not None and kept.sip_username == username:
        return AgentAccount(wanted, username, kept.sip_password)
    told = _agent_of(old, agent.id)
    return AgentAccount(wanted, username, told.sip.password if told is not None else demo_file.fresh_secret())


def _agent_of(old: demo_file.Tenant | None, agent: str) -> demo_file.Agent | None:
    return None if old is None else next((known for known in old.agents if known.id == agent), None)

"""What the database must say for a seed: tenants, their contracts and configurations, logins, the trunk.

What somebody has changed since a seed last said so is his: it stays, whatever the seed says now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from acd.config import AgentConfig
from api.fitness import fits
from api.problems import ProblemRaised, RefusalRaised
from denwaban import demo_file, seed_file, seed_parts
from denwaban.demo_file import DemoFile
from denwaban.merge import chosen, merged, plain, touched
from denwaban.seeded_logins import Logins
from kernel.ids import AgentId, FlowId, LineId, QueueId, TenantId
from store.audit import SEED
from store.config import AgentAccount, ConfigStore, NumberConfig, TenantConfig
from store.config_parts import things
from store.contracts import ContractStore
from store.logins import Login, LoginStore, Role
from store.seeds import Seeded, SeedStore
from store.tenants import PLATFORM, Tenant, TenantStore
from store.trunks import TrunkConfig, TrunkStore
from tariff.rights.contract import Contract

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
        seeds: SeedStore,
    ) -> None:
        """A seeder on these stores (of a platform engine)."""
        self._tenants = tenants
        self._contracts = contracts
        self._configs = configs
        self._logins = logins
        self._trunks = trunks
        self._seeds = seeds
        self.changes: list[str] = []

    async def platform(self, login: str, carrier: TrunkConfig, known: DemoFile | None) -> demo_file.Login:
        """Have the login of whoever runs the platform, and the trunk."""
        said = await self._seeds.get(PLATFORM) or Seeded(TenantConfig(PLATFORM, ""))
        logins = await self._logins_of(PLATFORM, said)
        old = None if known is None or known.platform.login != login else known.platform
        made = await logins.have(Login(PLATFORM, login, Role.PLATFORM), old, sure=False)
        await self._trunk(carrier, next((trunk for trunk in said.trunks if trunk.name == carrier.name), None))
        await self._said(PLATFORM, said, Seeded(said.config, (), await logins.said_now(), (carrier,)))
        return made

    async def tenant(self, wanted: seed_file.Tenant, known: DemoFile | None) -> demo_file.Tenant:
        """Have the tenant, its contracts, its configuration and its logins."""
        old = None if known is None else known.tenant(wanted.id)
        id = TenantId(wanted.id)
        there = await self._tenants.get(id)
        tenant = Tenant(id, wanted.name) if there is None else there
        if there != replace(tenant, tariffs=wanted.sold):
            await self._tenants.put(replace(tenant, tariffs=wanted.sold))
            self.changes.append(f"tenant {tenant.id}")
        said = await self._seeds.get(id)
        await self._sell(wanted.bought, () if said is None else said.contracts)
        config, published = await self._publish(wanted, old, None if said is None else said.config)
        logins = await self._logins_of(id, said)
        described = await self._describe(wanted, config, old, logins)
        await self._said(id, said, Seeded(published, wanted.bought, await logins.said_now()))
        return described

    async def _logins_of(self, tenant: TenantId, said: Seeded | None) -> Logins:
        before = {} if said is None else {login.login: login for login in said.logins}
        return Logins(self._logins, tenant, before, await self._logins.marks(tenant), self.changes.append)

    async def _said(self, tenant: TenantId, before: Seeded | None, now: Seeded) -> None:
        if before is None or now != before:
            await self._seeds.put(tenant, now)

    async def _trunk(self, wanted: TrunkConfig, said: TrunkConfig | None) -> None:
        """Have the trunk, unless somebody has changed or removed it, or another one has its address."""
        there = {trunk.name: trunk for trunk in await self._trunks.all()}
        known = there.pop(wanted.name, None)
        if any(set(wanted.addresses) & set(other.addresses) for other in there.values()):
            return
        if known is None and said is not None:
            return
        put = wanted if known is None else chosen(wanted, said, known)
        if put is not None and (known is None or plain(put) != plain(known)):
            await self._trunks.put(put, SEED)
            self.changes.append(f"trunk {wanted.name} at {', '.join(wanted.addresses)}")

    async def _sell(self, wanted: Sequence[Contract], said: Sequence[Contract]) -> None:
        """Have the contracts; one that the seed does not name, or that somebody has changed, is left alone."""
        if not wanted:
            return
        held = {contract.id: contract for contract in await self._contracts.of(wanted[0].tenant)}
        before = {contract.id: contract for contract in said}
        for contract in wanted:
            known = held.get(contract.id)
            put = contract if known is None else chosen(contract, before.get(contract.id), known)
            if put is not None and (known is None or plain(put) != plain(known)):
                made = await self._contracts.put(put, SEED)
                assert made is not None, "it was to follow whatever there is"
                self.changes.append(f"contract {contract.id} of {contract.tenant}, version {made.version}")

    async def _publish(
        self, wanted: seed_file.Tenant, old: demo_file.Tenant | None, said: TenantConfig | None
    ) -> tuple[TenantConfig, TenantConfig]:
        """Have the configuration: it, and what the seed has said of it.

        Where what the seed says does not go together with what somebody has changed, all of it is left as it is.
        """
        id = TenantId(wanted.id)
        entitled = await self._contracts.entitled(id, datetime.now(UTC))
        there = await self._configs.load(id)
        asked = config_of(wanted, there or TenantConfig(id, wanted.name), old)

        def change(now: TenantConfig) -> TenantConfig:
            after = merged(config_of(wanted, now, old), said, now)
            if touched(said, now):
                fits(after, entitled)
            return after

        try:
            config = await self._configs.edit(id, change, SEED)
        except (ProblemRaised, RefusalRaised):
            self.changes.append(f"configuration of {id} is left alone: it does not go together with what was changed")
            assert there is not None, "somebody has changed it"
            return there, there if said is None else said
        if there is None or config.version != there.version:
            self.changes.append(f"configuration of {id}, version {config.version}")
        return config, _plain(asked)

    async def _describe(
        self, wanted: seed_file.Tenant, config: TenantConfig, old: demo_file.Tenant | None, logins: Logins
    ) -> demo_file.Tenant:
        tenant = config.tenant
        was = None if old is None else old.admin
        admin = await logins.have(Login(tenant, wanted.admin, Role.ADMIN), was, sure=False)
        # The admin's password holds, so this is the database var/demo.json was written for: the others hold too.
        sure = admin == was and bool(admin.password)
        was = None if old is None else old.supervisor
        supervisor = await logins.have(Login(tenant, wanted.supervisor, Role.SUPERVISOR), was, sure=sure)
        accounts = {account.agent.id: account for account in config.agents}
        agents = []
        for agent in wanted.agents:
            account = accounts.get(AgentId(agent.id))
            if account is None:
                continue  # somebody has removed him
            kept = _agent_of(old, agent.id)
            was = None if old is None or kept is None else old.agent_login(kept)
            login = NOBODY
            if agent.login:
                login = await logins.have(Login(tenant, agent.id, Role.AGENT, account.agent.id), was, sure=sure)
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
                if number.number in things(config, "numbers")
            ),
            queues=tuple(
                demo_file.Queue(id=queue.id, name=queue.name)
                for queue in wanted.queues
                if queue.id in things(config, "queues")
            ),
            agents=tuple(agents),
        )


def _plain(config: TenantConfig) -> TenantConfig:
    """What a seed says: no version of the whole, no secrets."""
    return replace(config, version=0, agents=tuple(replace(account, sip_password="") for account in config.agents))


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

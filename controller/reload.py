"""Brings what was published into force while calls run: a tenant's newest configuration, and tenants who are new."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from acd.config import Limits
from acd.model import Floor
from bus.commands import CommandAccepted
from controller import tenants
from controller.mailbox import Mailbox
from controller.switchboard import Switchboard
from kernel.errors import ConfigurationError
from kernel.ids import TenantId
from store.config import ConfigStore, TenantConfig
from store.errors import StoreUnavailable, Unreadable

log = structlog.get_logger()


class Reload:
    """Answers the command ConfigPublished. It never says no: what cannot be brought into force now comes again."""

    def __init__(
        self,
        configs: ConfigStore,
        board: Switchboard,
        rebuild: Callable[[TenantId], Awaitable[Floor]],
        epoch: Callable[[TenantId], int],
        limits: Callable[[TenantId], Awaitable[Limits]],
    ) -> None:
        self._configs = configs
        self._board = board
        self._rebuild = rebuild
        self._epoch = epoch
        self._limits = limits
        self._asked = 0
        self._used: dict[TenantId, int] = {}
        """How many times anybody has asked, and which of these times the tenant's floor goes by."""

    async def newest(self, tenant: TenantId) -> CommandAccepted | None:
        """The tenant's newest configuration is in force; None: it is not, and whoever asked has to ask again."""
        self._asked += 1
        turn = self._asked
        try:
            config = await self._configs.load(tenant)
            box = None if config is None else await self._box(tenant)
            limits = await self._limits(tenant)
        except (StoreUnavailable, Unreadable) as trouble:
            log.warning("a configuration could not be read", tenant=tenant, why=str(trouble))
            return None
        if config is None or box is None:
            log.warning("there is no configuration to bring into force", tenant=tenant)
            return None
        if turn < self._used.get(tenant, 0):
            # Who asked later has read later: what this one has read is in force already, or replaced.
            return CommandAccepted(box.floor.seq)
        self._used[tenant] = turn
        if not await self._use(box, config, limits):
            return None
        return CommandAccepted(box.floor.seq)

    async def _box(self, tenant: TenantId) -> Mailbox:
        known = self._board.boxes.get(tenant)
        if known is not None:
            return known
        floor = await self._rebuild(tenant)
        # Somebody else may have opened it while the floor was being built.
        return self._board.boxes.get(tenant) or self._board.open(floor, self._epoch(tenant))

    async def _use(self, box: Mailbox, config: TenantConfig, limits: Limits) -> bool:
        """Floor, flows and numbers change in one step, without a pause; then the phones and the fallback follow."""
        tenant, scripts = config.tenant, self._board.scripts
        if config.version < box.floor.config:
            return True
        try:
            script = tenants.script(config)
        except ConfigurationError as error:
            log.error("a flow cannot be read: the version before stays in force", tenant=tenant, why=str(error))
            return False
        before = scripts.in_force(tenant)
        scripts.put(tenant, script, {call.config for call in box.floor.calls.values()})
        box.take(tenants.configuration(config, limits))
        known = set() if before is None else set(before.numbers)
        for node in self._board.nodes.values():
            node.phones.put(tenant, tenants.phones(config, node.media_host))
        for node in self._board.nodes.values():
            await node.phones.bring()
            await node.fallback.teach(script.numbers.keys() - known)
            await node.fallback.forget(known - set(scripts.numbers()))
        return True

"""Which flows, hours and prompts a call goes by: those in force when it began, kept while a call uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from controller.destinations import Outside
from ivr.flow import Flow
from ivr.hours import OpeningHours
from kernel.ids import FlowId, HoursId, PromptId, TenantId
from numbering import japan
from numbering.dialled import Dialled
from store.config_parts import CallerConfig


@dataclass(frozen=True, slots=True)
class Script:
    """One version of what a tenant's callers meet before a queue. `numbers`: E.164 → the flow that answers there;
    `sounds`: the file, below the prompts' folder and without extension, of every announcement that may be named;
    `callers`: what is said of callers, by the mark of their number."""

    version: int
    numbers: Mapping[str, FlowId]
    flows: Mapping[FlowId, Flow]
    hours: Mapping[HoursId, OpeningHours] = field(default_factory=dict)
    sounds: Mapping[PromptId, str] = field(default_factory=dict)
    outside: Outside = field(default_factory=Outside)
    callers: Mapping[str, CallerConfig] = field(default_factory=dict)

    def flow(self, number: str) -> Flow | None:
        """The flow of a called number."""
        flow = self.numbers.get(number)
        return None if flow is None else self.flows.get(flow)


class Scripts:
    """The script in force of each tenant, the older ones that calls in progress go by, and whose number is whose."""

    def __init__(self, in_force: Mapping[TenantId, Script] | None = None) -> None:
        self._in_force: dict[TenantId, Script] = {}
        self._older: dict[TenantId, dict[int, Script]] = {}
        self._owners: dict[str, TenantId] = {}
        for tenant, script in (in_force or {}).items():
            self.put(tenant, script, ())

    def put(self, tenant: TenantId, script: Script, used: Iterable[int]) -> None:
        """This one is in force from now on; of the older ones those stay whose versions are `used` by calls."""
        before = self._in_force.get(tenant)
        if before is not None:
            self._older.setdefault(tenant, {})[before.version] = before
            for number in before.numbers:
                if self._owners.get(number) == tenant:
                    del self._owners[number]
        self._in_force[tenant] = script
        self._owners |= dict.fromkeys(script.numbers, tenant)
        older, kept = self._older.get(tenant, {}), set(used) - {script.version}
        self._older[tenant] = {version: one for version, one in older.items() if version in kept}

    def keep(self, tenant: TenantId, script: Script) -> None:
        """An older one by which calls still go, read again after a restart."""
        self._older.setdefault(tenant, {})[script.version] = script

    def ways_out(self, tenant: TenantId) -> Outside:
        """The lines over which the tenant's agents may call."""
        found = self._in_force.get(tenant)
        return Outside() if found is None else found.outside

    def of(self, tenant: TenantId, version: int) -> Script | None:
        """What a call that began under this version goes by; the one in force where that version is not known."""
        older = self._older.get(tenant, {}).get(version)
        return self._in_force.get(tenant) if older is None else older

    def in_force(self, tenant: TenantId) -> Script | None:
        """What calls that begin now go by."""
        return self._in_force.get(tenant)

    def owner(self, dialled: str) -> tuple[TenantId, str] | None:
        """Whose number the carrier says was dialled, and how it stands in the configuration (E.164)."""
        for number in (dialled, _e164(dialled)):
            tenant = self._owners.get(number)
            if tenant is not None:
                return tenant, number
        return None

    def numbers(self) -> list[str]:
        """Every called number of the platform."""
        return sorted(self._owners)


def _e164(dialled: str) -> str:
    found = japan.read(dialled)
    return found.number if isinstance(found, Dialled) else dialled

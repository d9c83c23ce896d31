"""What the controller makes of a tenant's configuration when it starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd.model import Call, Floor
from controller import tenants
from kernel.errors import ConfigurationError
from kernel.ids import CallId, FlowId, PersonalId, TenantId
from store.config import FlowDocument, NumberConfig, TenantConfig
from tests.fakes.virtual_time import START

TENANT, OTHER = TenantId("one"), TenantId("two")
GOOD = FlowDocument(FlowId("good"), 1, '{"start": "in", "nodes": {"in": {"do": "hang_up"}}}')
BAD = FlowDocument(FlowId("bad"), 1, '{"start": "nowhere", "nodes": {}}')


def config(version: int, *flows: FlowDocument, tenant: TenantId = TENANT) -> TenantConfig:
    numbers = tuple(NumberConfig(f"+8131234560{place}", flow.id) for place, flow in enumerate(flows))
    return TenantConfig(tenant, tenant, version, numbers=numbers, flows=flows)


class Store:
    """Has one older version of everything."""

    async def load(self, tenant: TenantId, version: int) -> TenantConfig:
        return config(version, replace(GOOD, version=version), tenant=tenant)


async def test_one_flow_that_cannot_be_read_stops_neither_the_others_nor_the_other_tenants() -> None:
    configs = [config(1, GOOD, BAD), config(1, GOOD, tenant=OTHER)]
    with pytest.raises(ConfigurationError):
        tenants.script(configs[0])
    found = await tenants.scripts(configs, [], Store())  # type: ignore[arg-type]
    script = found.in_force(TENANT)
    assert script is not None
    assert script.flow("+81312345600") is not None
    assert script.flow("+81312345601") is None
    assert found.in_force(OTHER) is not None


async def test_the_scripts_of_calls_in_progress_are_read_again() -> None:
    """Also of those under the version that was in force until now: 7 was published while nobody was here."""
    floor = Floor(TENANT, config=5)
    for number, version in enumerate((0, 3, 5, 7)):
        id = CallId(f"call_{number}")
        floor.calls[id] = Call(id, "+81312345600", PersonalId("p"), START, config=version)
    found = await tenants.scripts([config(7, replace(GOOD, version=7))], [floor], Store())  # type: ignore[arg-type]
    versions = []
    for call in floor.calls.values():
        script = found.of(TENANT, call.config)
        assert script is not None
        versions.append(script.version)
    assert versions == [7, 3, 5, 7]

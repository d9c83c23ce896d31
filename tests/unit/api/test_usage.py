"""How much of what was bought is used, row by row."""

from __future__ import annotations

from datetime import UTC, datetime

from acd.model import Floor
from api.usage import taken
from kernel.ids import AgentId, ContractId, TenantId
from store.config import TenantConfig
from store.logins import Login, Role
from store.tariffs import packaged
from tariff.rights.contract import Contract, Item
from tariff.rights.entitlement import entitled

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TENANT = TenantId("t")


def bought(id: str, tariff: str, **rows: int) -> Contract:
    items = tuple(Item(row.replace("_", "-"), quantity) for row, quantity in rows.items())
    return Contract(ContractId(id), TENANT, tariff, datetime(2025, 4, 1, tzinfo=UTC), items)


def counted(*contracts: Contract, signed_in: int = 0, persons: int = 0) -> dict[str, int]:
    given = entitled(packaged(), contracts, NOW).list()
    floor = Floor(TENANT, seats={AgentId(f"a{n}"): "advance" for n in range(signed_in)})
    logins = [Login(TENANT, f"p{n}", Role.AGENT, AgentId(f"p{n}"), "full") for n in range(persons)]
    return taken(given, contracts[0].id, floor, TenantConfig(TENANT, ""), logins)


def test_a_licence_in_use_is_one_that_the_other_contracts_do_not_give() -> None:
    alone = bought("first", "connect-smacom", CSM_F02=5, CSM_F14=2)
    assert counted(alone, signed_in=4) == {"CSM-F02": 4, "CSM-F14": 0}
    beside = bought("second", "connect-smacom", CSM_F02=3)
    assert counted(alone, beside, signed_in=4)["CSM-F02"] == 1
    assert counted(alone, beside, signed_in=2)["CSM-F02"] == 0


def test_a_licence_by_name_is_in_use_by_every_person_who_has_it() -> None:
    assert counted(bought("named", "connect-miitel", MT_F01=5, MT_F03=1), persons=3) == {"MT-F01": 3}

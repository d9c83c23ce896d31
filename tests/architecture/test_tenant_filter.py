"""Every statement on a tenant's table says which tenant, except in functions that are marked to cross tenants."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

from store import tables
from store.tables import metadata
from tests.architecture.sources import ROOMS, ROOT
from tests.architecture.tenant_filter import unfiltered

HEAD = "from sqlalchemy import delete, select, text, update\nfrom store.tables.facts import facts, leases\n"

for module in pkgutil.iter_modules(tables.__path__, "store.tables."):
    importlib.import_module(module.name)

COLUMNS = {table.name: "tenant" for table in metadata.tables.values() if "tenant" in table.c} | {"tenants": "id"}


def modules() -> list[Path]:
    """The product's modules; migrations are about the tables themselves and run as their owner."""
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts and path.parent != ROOT / "store" / "tables"]


def test_every_statement_names_its_tenant() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{fault}" for path in modules() for fault in unfiltered(path.read_text(), COLUMNS)
    ]
    assert faults == []


def test_only_the_store_knows_the_tables() -> None:
    strangers = [
        path for path in modules() if path.parts[len(ROOT.parts)] != "store" and "store.tables" in path.read_text()
    ]
    assert strangers == []


@pytest.mark.parametrize(
    "planted",
    [
        "select(facts.c.line)",
        "select(facts).where(facts.c.seq > 3).order_by(facts.c.seq)",
        "select(facts).where(facts.c.tenant != tenant)",
        "select(facts).where((facts.c.tenant == tenant) | (facts.c.seq == 1))",
        "select(facts).where(facts.c.tenant == facts.c.tenant)",
        "select(facts).where(facts.c.subject == tenant).limit(1)",
        "update(facts).values(line='')",
        "delete(facts).where(facts.c.seq < 9)",
        "delete(leases).where(leases.c.shard.in_(select(facts.c.shard)))",
        "facts.delete()",
        "select(columns)",
        "text('SELECT line FROM facts WHERE seq > :seq')",
        "text('DELETE FROM facts')",
        "text('SELECT 1 FROM leases JOIN facts USING (shard)')",
    ],
)
def test_a_planted_statement_without_its_tenant_is_found(planted: str) -> None:
    assert unfiltered(f"{HEAD}def read(connection, tenant, columns):\n    return {planted}\n", COLUMNS)
    marked = f"{HEAD}@crosses_tenants\ndef read(connection, columns):\n    return {planted}\n"
    assert unfiltered(marked, COLUMNS) == []


def test_a_statement_kept_as_a_constant_is_found_by_who_uses_it() -> None:
    constant = f"{HEAD}ALL = text('SELECT line FROM facts')\n"
    marked = "@crosses_tenants\ndef everything(connection):\n    return connection.execute(ALL)\n"
    assert unfiltered(constant + marked, COLUMNS) == []
    assert len(unfiltered(constant + marked.removeprefix("@crosses_tenants\n"), COLUMNS)) == 1


def test_tables_that_nobody_can_see_are_found() -> None:
    for hidden in ("import store.tables.facts", "from store.tables import metadata"):
        assert len(unfiltered(hidden, COLUMNS)) == 1


@pytest.mark.parametrize(
    "good",
    [
        "select(facts.c.line).where(facts.c.tenant == tenant, facts.c.seq > 3).limit(1)",
        "select(facts).where((facts.c.tenant == tenant) & (facts.c.seq > 3))",
        "select(facts).order_by(facts.c.seq).where(facts.c.tenant == tenant)",
        "select(leases)",
        "delete(facts).where(facts.c.tenant == tenant)",
        "text('SELECT line FROM facts WHERE tenant = :tenant')",
        "text('INSERT INTO facts SELECT * FROM unnest(:lines) ON CONFLICT (tenant, epoch, seq) DO NOTHING')",
    ],
)
def test_a_statement_with_its_tenant_passes(good: str) -> None:
    assert unfiltered(f"{HEAD}def read(connection, tenant):\n    return {good}\n", COLUMNS) == []

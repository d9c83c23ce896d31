"""The tables of orders, entries and invoices: they only ever grow."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB

from store.tables import metadata

contract_orders = Table(
    "contract_orders",
    metadata,
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("contract", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("tenant", "contract", "number"),
)
"""Accepted orders; the contract itself, in its newest version, is the one before number 1."""

invoices = Table(
    "invoices",
    metadata,
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("contract", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("closed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("tenant", "contract", "month"),
    UniqueConstraint("tenant", "number", name="invoices_number"),
)
"""A closed month, unique for ever."""

contract_entries = Table(
    "contract_entries",
    metadata,
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("contract", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("key", Text),
    Column("by_login", Text, nullable=False),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("tenant", "contract", "number"),
    UniqueConstraint("tenant", "contract", "key", name="contract_entries_once"),
)
"""What was entered about contracts: outages, charges, payments …; `key`: the Idempotency-Key it came with."""

"""The table of contracts: every version of each, the newest counts."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from store.tables import metadata

contracts = Table(
    "contracts",
    metadata,
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("contract", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("tenant", "contract", "version"),
)

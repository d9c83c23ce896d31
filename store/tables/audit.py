"""The tables of who changed what, of what seed files last said, and of how much was had beyond the contracts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.tables import metadata

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("tenant", Text, nullable=False),
    Column("by_tenant", Text, nullable=False),
    Column("by_login", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", Integer),
    Column("changed", ARRAY(Text), nullable=False),
    Index("audit_tenant", "tenant", "seq"),
)

seeds = Table(
    "seeds",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("document", JSONB, nullable=False),
)

prompt_sounds = Table(
    "prompt_sounds",
    metadata,
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("sound", Text, nullable=False),
    Column("wav", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "sound"),
)

rule_counts = Table(
    "rule_counts",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("used", Integer, nullable=False),
    Column("allowed", Integer, nullable=False),
    Column("clause", Text, nullable=False),
    Column("contract", Text, nullable=False),
    UniqueConstraint("tenant", "kind", "key", name="rule_counts_once"),
    Index("rule_counts_tenant", "tenant", "seq"),
)

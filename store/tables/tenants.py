"""The tables about tenants: who they are, who may log in, how they are configured, and personal data."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from store.tables import metadata

tenants = Table(
    "tenants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("tariffs", ARRAY(Text), nullable=False),
)

logins = Table(
    "logins",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("login", Text, nullable=False),
    Column("role", Text, CheckConstraint("role IN ('admin', 'supervisor', 'agent', 'platform')"), nullable=False),
    Column("hash", Text, nullable=False),
    Column("agent", Text),
    Column("licence", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("tenant", "login"),
)

configurations = Table(
    "configurations",
    metadata,
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    PrimaryKeyConstraint("tenant", "version"),
)

platform_names = Table(
    "platform_names",
    metadata,
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("tenant", Text, ForeignKey("tenants.id"), nullable=False),
    PrimaryKeyConstraint("kind", "name"),
    Index("platform_names_tenant", "tenant"),
)

personal = Table(
    "personal",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "id"),
)

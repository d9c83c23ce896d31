"""The tables of the historical reports: what each quarter of an hour brought, and what each agent is doing."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Double, PrimaryKeyConstraint, Table, Text, text

from store.tables import metadata

interval_grains = Table(
    "interval_grains",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("queue", Text, nullable=False, server_default=text("''")),
    Column("agent", Text, nullable=False, server_default=text("''")),
    Column("what", Text, nullable=False),
    Column("much", Double, nullable=False),
    PrimaryKeyConstraint("tenant", "slot", "queue", "agent", "what"),
)

agents_now = Table(
    "agents_now",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant", "agent"),
)

"""The tables of trunks: what each is, and the addresses that only one of them can have."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import CIDR, JSONB, ExcludeConstraint

from store.tables import metadata

trunks = Table(
    "trunks",
    metadata,
    Column("name", Text, CheckConstraint("name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
)

trunk_addresses = Table(
    "trunk_addresses",
    metadata,
    Column("trunk", Text, ForeignKey("trunks.name", ondelete="CASCADE"), nullable=False),
    Column("address", CIDR, nullable=False),
    ExcludeConstraint(("address", "&&"), using="gist", ops={"address": "inet_ops"}),
    Index("trunk_addresses_trunk", "trunk"),
)

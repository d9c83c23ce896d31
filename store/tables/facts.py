"""The tables of history: facts, the leases under which they are written, snapshots of floors, and starts of replays."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.tables import metadata

facts = Table(
    "facts",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("shard", SmallInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("type", Text, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("subject", Text, nullable=False),
    Column("call", Text),
    Column("line", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "seq"),
    UniqueConstraint("tenant", "epoch", "seq", name="facts_key"),
    Index("facts_subject", "tenant", "subject", "seq"),
    Index(
        "facts_seats",
        "tenant",
        text("seq DESC"),
        postgresql_where=text("type IN ('SeatTaken', 'SeatReturned', 'SeatRefused')"),
    ),
)

leases = Table(
    "leases",
    metadata,
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)

starts = Table(
    "starts",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("floor", LargeBinary, nullable=False),
    Column("runs", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "seq"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("floor", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "seq"),
)

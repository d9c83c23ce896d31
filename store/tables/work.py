"""The tables of jobs, and of what is folded out of the facts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON

from store.tables import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("run_after", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("claimed_until", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    Column("trouble", Text),
    UniqueConstraint("tenant", "kind", "key", name="jobs_once"),
    Index("jobs_open", "kind", "run_after", postgresql_where=text("done_at IS NULL")),
)

call_records = Table(
    "call_records",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("arrived", DateTime(timezone=True), nullable=False),
    Column("queued_at", DateTime(timezone=True)),
    Column("answered_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("outcome", Text, nullable=False),
    Column("queue", Text),
    Column("agents", ARRAY(Text), nullable=False),
    Column("wait_seconds", Double, nullable=False),
    Column("talk_seconds", Double, nullable=False),
    Column("legs", JSON, nullable=False),
    Column("recording", Text),
    Column("last_seq", BigInteger, nullable=False),
    Column("line_kind", Text),
    Column("recordings", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("parts", JSON, nullable=False, server_default=text("'[]'")),
    Column("mark", Text),
    Column("last_agent", Text),
    PrimaryKeyConstraint("tenant", "call"),
)
Index("call_records_ended", call_records.c.tenant, call_records.c.ended_at)
Index("call_records_newest", call_records.c.tenant, call_records.c.arrived.desc(), call_records.c.call.desc())
Index(
    "call_records_of_callers",
    call_records.c.tenant,
    call_records.c.mark,
    call_records.c.ended_at.desc(),
    postgresql_where=text("last_agent IS NOT NULL"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("recording", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("seconds", Double),
    Column("path", Text),
    Column("sha256", Text),
    Column("size", BigInteger),
    Column("state", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("clause", Text, nullable=False, server_default=text("''")),
    Column("deleted_at", DateTime(timezone=True)),
    Column("deleted_by", Text),
    Column("reason", Text),
    PrimaryKeyConstraint("tenant", "recording"),
    Index("recordings_pending", "started", postgresql_where=text("state = 'pending'")),
    Index("recordings_expiring", "tenant", "expires_at", postgresql_where=text("deleted_at IS NULL")),
)
Index("recordings_newest", recordings.c.tenant, recordings.c.started.desc(), recordings.c.recording.desc())

cursors = Table(
    "cursors",
    metadata,
    Column("tenant", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "name"),
)

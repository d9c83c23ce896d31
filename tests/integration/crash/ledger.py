"""What is written down: the facts in PostgreSQL, the journals on disk, the call records."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from tests.platform import Platform

TENANT = "crash"


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as it lies in the database."""

    seq: int
    epoch: int
    type: str
    line: str

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.line)["body"])


async def query(platform: Platform, sql: str, *values: object) -> list[asyncpg.Record]:
    """Ask the database as its superuser, whom row-level security does not concern."""
    connection = await asyncpg.connect(
        host=str(platform.var / "run"),
        port=5432,
        user="postgres",
        database="denwaban",
        password=(platform.var / "secrets" / "postgres").read_text().strip(),
        timeout=5,
    )
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()


async def facts(platform: Platform, after: int = 0) -> list[Entry]:
    """The tenant's facts in order; that none is missing in between is checked here."""
    rows = await query(platform, "SELECT seq, epoch, type, line FROM facts WHERE tenant = $1 ORDER BY seq", TENANT)
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1)), "a fact is missing in between"
    epochs = [row["epoch"] for row in rows]
    assert epochs == sorted(epochs), "an older epoch wrote behind a newer one"
    return [Entry(*row) for row in rows if row["seq"] > after]


async def last(platform: Platform) -> int:
    """The seq of the newest fact in the database."""
    (row,) = await query(platform, "SELECT coalesce(max(seq), 0) AS seq FROM facts WHERE tenant = $1", TENANT)
    return int(row["seq"])


def journaled(platform: Platform) -> list[Entry]:
    """The tenant's facts in the journals on disk."""
    found = []
    for path in sorted(Path(platform.var / "journal").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            if line.startswith("{"):
                fact = json.loads(line)
                if fact["tenant"] == TENANT:
                    found.append(Entry(fact["seq"], fact["epoch"], fact["type"], line))
    return found


def without(entries: list[Entry], known: list[Entry]) -> list[Entry]:
    """Entries that are not among the known ones, word for word."""
    return list((Counter(entries) - Counter(known)).keys())


def of(entries: list[Entry], kind: str, **body: object) -> list[Entry]:
    """The entries of a type with these fields in their bodies."""
    return [
        entry
        for entry in entries
        if entry.type == kind and all(entry.body.get(name) == value for name, value in body.items())
    ]

"""Entries as they are shown: by kind, with the fields of that kind, and whether they still stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

from api.schemas import entry as shapes
from store.entries import kind_of
from tariff.money import entered
from tariff.money.entered import Entry, Withdrawn


def shown(entries: Sequence[Entry], only: frozenset[int] | None = None) -> list[shapes.Entry]:
    """All of them, or `only` those of these numbers."""
    standing = {one.number for one in entered.standing(entries)}
    return [
        shapes.Entry(
            number=one.number,
            kind=kind_of(one.what),
            at=one.at,
            by=one.by,
            what={name: _plain(value) for name, value in asdict(one.what).items()},
            withdrawn=one.number not in standing and not isinstance(one.what, Withdrawn),
        )
        for one in entries
        if only is None or one.number in only
    ]


def _plain(value: object) -> object:
    """Days and moments as texts, yen as exact texts, as everywhere else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value

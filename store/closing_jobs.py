"""The jobs that close months: one for each contract and month, when the month is over."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import orjson

from kernel.ids import ContractId, TenantId
from kernel.moment import after
from store.jobs import NewJob
from tariff.counting.month import Month, day_of, month_of

CLOSE_MONTH: Final = "close_month"
GRACE: Final = 3 * 3600.0
"""Seconds after the end of a month in which the last call records come in."""


def closing_job(tenant: TenantId, contract: ContractId, month: Month, since: datetime | None = None) -> NewJob:
    """Closes this month of the contract; due when the month is over, and not before `since`.

    The day on which it is due is the one on the document.
    """
    body = orjson.dumps({"contract": contract, "month": str(month)}).decode()
    over = after(month.plus(1).begins, GRACE)
    return NewJob(tenant, CLOSE_MONTH, f"{contract}:{month}", body, over if since is None else max(over, since))


def late_job(tenant: TenantId, contract: ContractId, month: Month, now: datetime) -> NewJob:
    """Closes this month, after which the contract had nothing any more, when the month of `now` is over."""
    return closing_job(tenant, contract, month, after(month_of(day_of(now)).plus(1).begins, GRACE))

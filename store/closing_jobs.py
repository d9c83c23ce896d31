"""The jobs that close months: one for each contract and month, when the month is over."""

from __future__ import annotations

from typing import Final

import orjson

from kernel.ids import ContractId, TenantId
from kernel.moment import after
from store.jobs import NewJob
from tariff.month import Month

CLOSE_MONTH: Final = "close_month"
GRACE: Final = 3 * 3600.0
"""Seconds after the end of a month in which the last call records come in."""


def closing_job(tenant: TenantId, contract: ContractId, month: Month) -> NewJob:
    """Closes this month of the contract; due when the month is over."""
    body = orjson.dumps({"contract": contract, "month": str(month)}).decode()
    return NewJob(tenant, CLOSE_MONTH, f"{contract}:{month}", body, after(month.plus(1).begins, GRACE))

"""What a tariff says about a contract as a whole, about bills and about what is late: settings of the table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class StartMonth(StrEnum):
    """What the month of the start costs."""

    FULL = "full"
    FREE = "free"
    BY_DAY = "by_day"


class ChangeBilled(StrEnum):
    """From when a changed quantity is billed: from the next month (the 1st itself counts at once), for the whole of any
    month in which it was had, or by the day."""

    NEXT_MONTH = "next_month"
    AT_ONCE = "at_once"
    BY_DAY = "by_day"


class LastDay(StrEnum):
    """The last day that is had when a contract, or a row, is given up `at` a day."""

    SAME = "same"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading of a silent or doubtful text: the values, the default first, and where it is asked."""

    name: str
    values: tuple[str, ...]
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Billing:
    """How months are billed. Percent, yen and days; None: the tariff has no such thing.

    `first_of_month_free`: a contract that ends on the 1st does not pay that month (its duty ended the day before).
    `same_month_full`: a contract that starts and ends in a month pays it whole, also where the start is free.
    `unprinted`: contract types whose prices the table does not print; only those of the contract itself hold.
    The readings part_month, proration, change_from and free_start change this for one contract.
    """

    start: StartMonth = StartMonth.FULL
    change: ChangeBilled = ChangeBilled.AT_ONCE
    same_month_full: bool = False
    first_of_month_free: bool = False
    unprinted: tuple[str, ...] = ()
    tax: int = 10
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Fees:
    """Rows of kind fee that come with a document: for the invoice, by how it is paid, and for an invoice issued
    because something was left unpaid."""

    invoice: str = ""
    payments: tuple[tuple[str, str], ...] = ()
    reinvoice: str = ""
    statement: str = ""


PLAIN_BILLING: Final = Billing()
NO_FEES: Final = Fees()


@dataclass(frozen=True, slots=True)
class CarryOver:
    """Small months may be held: up to `limit` yen, tax included, and at most so many months before the one billed."""

    limit: int
    months: int
    clause: str


@dataclass(frozen=True, slots=True)
class Interest:
    """Late interest: `rate` percent a year, nothing when paid within `grace` days after the due date."""

    rate: Decimal
    grace: int
    year: int
    clause: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Fees not owed for an outage: whole units of `hours`; `gross`: how gross negligence counts ("exact": the time
    itself without a threshold, "days": the same units). `causes`: which causes count, and which are left out of the
    service level's count (`sla_excluded`)."""

    hours: int
    causes: tuple[str, ...]
    gross: str
    clause: str
    gross_clause: str = ""
    sla_excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspension:
    """The operator may suspend for these reasons, after a notice (`notice_clause`, "" the same), for so many months;
    without end for `endless`."""

    reasons: tuple[str, ...]
    months: int | None
    endless: tuple[str, ...]
    notice: bool
    clause: str
    notice_clause: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a contract ends: the last day of `cancel`, the operator's notice in days or calendar months, and whether it
    ends with its host; `debts_due`: at the contractor's cancellation every debt falls due."""

    cancel: LastDay
    cancel_clause: str
    dropped: LastDay = LastDay.SAME
    notice_days: int | None = None
    notice_months: int | None = None
    notice_clause: str = ""
    hosted: bool = False
    host_clause: str = ""
    debts_due: bool = False


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit may be asked for, not from public bodies."""

    clause: str


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What was unlawfully evaded is paid, and `times` of it on top, with tax."""

    times: int
    clause: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer to another contractor; the rules of `again` kinds (channels, consents) are asked once more."""

    allowed: bool
    clause: str


@dataclass(frozen=True, slots=True)
class Classes:
    """Resource classes by the quantity of a row, and the tier row that lifts the class to its step's target."""

    row: str
    steps: tuple[int, ...]
    lifted_by: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """All of it; what a tariff does not have is None."""

    billing: Billing = PLAIN_BILLING
    fees: Fees = NO_FEES
    readings: tuple[Choice, ...] = ()
    carry_over: CarryOver | None = None
    interest: Interest | None = None
    credit: Credit | None = None
    suspension: Suspension | None = None
    ending: Ending | None = None
    deposit: Deposit | None = None
    surcharge: Surcharge | None = None
    transfer: Transfer | None = None
    classes: Classes | None = None


SILENT: Final = Terms()
"""A tariff that says nothing about any of it."""

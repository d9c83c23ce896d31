"""1,000 tenants' invoices from 1,000,000 call records: how long they take, and how much memory.

`python -m tests.load.invoices` runs it alone, `make bench` as its part `invoices`; the records are made one by one, as
they would be read one by one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from kernel.moment import TOKYO
from store.tariffs import packaged
from tariff.counting.month import Month
from tariff.counting.records import Call
from tariff.holding.history import Do, Head, History, Order
from tariff.money import invoicing
from tariff.money.bills import Invoice, InvoiceState
from tariff.money.invoicing import Measured
from tariff.orders import deciding
from tariff.written.catalogue import Catalogue

TENANTS = 1_000
CALLS = 1_000_000
MONTH = Month(2025, 8)
START = datetime(2025, 7, 1, tzinfo=TOKYO)
LIMIT_SECONDS, LIMIT_MIB = 60, 500
KINDS = (
    ("out", "050", "fixed"),
    ("out", "050", "mobile"),
    ("in", "0120", "fixed"),
    ("in", "0120", "mobile"),
    ("out", "050", "ip_phone"),
    ("in", "050", "mobile"),
    ("out", "050", "international"),
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds of wall clock, the highest resident memory of the process in MiB, and what came out."""

    tenants: int
    calls: int
    seconds: float
    mebibytes: float
    lines: int
    yen: Decimal


def measure(tenants: int = TENANTS, calls: int = CALLS) -> Measurement:
    """Makes each tenant's invoice of one month."""
    catalogue = packaged()
    histories = [_contract(catalogue, tenant) for tenant in range(tenants)]
    begun = time.perf_counter()
    lines, yen = 0, Decimal(0)
    for tenant, history in enumerate(histories):
        found = _invoice(catalogue, history, _calls(tenant, calls // tenants))
        lines += len(found.lines)
        yen += found.total
    seconds = time.perf_counter() - begun
    return Measurement(tenants, calls // tenants * tenants, seconds, _highest(), lines, yen)


def _highest() -> float:
    """MiB; of this program alone, where getrusage also counts the process that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (kibibytes,) = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(kibibytes) / 1024


def _contract(catalogue: Catalogue, tenant: int) -> History:
    rows = {"MT-F01": 11 + tenant % 40, "MT-F03": 2, "MT-F04": 1, "MT-F06": tenant % 5, "MT-F11": 1 + tenant % 3}
    head = Head("connect-miitel", START)
    decision, history = deciding.start(catalogue, head, Order(START, Do.START, rows))
    if history is None:
        raise RuntimeError(f"the tenant of the bench was refused: {decision}")
    return history


def _calls(tenant: int, number: int) -> Iterator[Call]:
    """Made, not drawn: the same calls in every run."""
    begins = MONTH.begins
    for index in range(number):
        direction, own, other = KINDS[(index + tenant) % len(KINDS)]
        at = begins + timedelta(seconds=(index * 2_671 + tenant) % (MONTH.days * 86_400))
        ended = "answered" if index % 11 else "unanswered"
        yield Call(at, direction, own, other, Decimal(index * 37 % 1_800), ended)


def _invoice(catalogue: Catalogue, history: History, calls: Iterator[Call]) -> Invoice:
    (found,) = invoicing.invoices(catalogue, history, [MONTH], Measured(calls=calls))
    if found.state is not InvoiceState.ISSUED:
        raise RuntimeError(f"no invoice: {found.state}")
    return found


def main() -> int:
    """0 when it took less than a minute and 500 MiB."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.invoices", description=__doc__)
    parser.add_argument("--tenants", type=int, default=TENANTS)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--json", action="store_true", help="the figures as an object, for the page")
    given = parser.parse_args()
    found = measure(given.tenants, given.calls)
    if given.json:
        print(json.dumps({**asdict(found), "yen": str(found.yen)}))
        return 0
    print(
        f"{found.tenants} invoices, {found.calls} call records: {found.seconds:.1f} s, {found.mebibytes:.0f} MiB; "
        f"{found.lines} lines, {found.yen:,} yen"
    )
    return 0 if found.seconds < LIMIT_SECONDS and found.mebibytes < LIMIT_MIB else 1


if __name__ == "__main__":
    sys.exit(main())

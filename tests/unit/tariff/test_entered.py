"""What is entered about a contract: with which month it is billed, what it does there, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.ids import ContractId, TenantId
from kernel.refusal import Code, Refused
from tariff.counting.month import Month
from tariff.counting.records import Call
from tariff.holding.history import Do, History, Order
from tariff.money import closing, dues, entered, entering
from tariff.money.closed import ClosedMonth, Issuer
from tariff.money.entered import (
    ChargeEntered,
    Entry,
    EvadedEntered,
    OutageEntered,
    PaymentEntered,
    RateEntered,
    What,
    Withdrawn,
)
from tariff.orders import timeline
from tariff.rights.agreement import Agreement
from tariff.rights.contract import Contract
from tariff.written.rows import Words
from tests.unit.tariff.histories import ended, moment, month, started
from tests.unit.tariff.tables import CATALOGUE

SMACOM = started("connect-smacom", "2025-09-12", {"CSM-F03": 7, "CSM-F13": 7})
_NAVI = started("freedial-navidial", "2023-01-10", {"ND-01": 1, "ND-02": 2})
NAVI = replace(_NAVI, head=replace(_NAVI.head, prices={"ND-01": ((None, Decimal(5000)),)}))
NOW = moment("2026-03-15 12:00")
WORDS = Words("電報料", "Telegram")
DAYS_OUT = OutageEntered(moment("2025-11-10 00:00"), moment("2025-11-12 12:00"), "operator")


class Book:
    """A contract whose months are closed one after the other."""

    def __init__(self, history: History = SMACOM) -> None:
        self.history = history
        self.entries: list[Entry] = []
        self.documents: list[ClosedMonth] = []

    def enter(self, what: What) -> int:
        assert self.check(what) is None
        self.entries.append(Entry(len(self.entries) + 1, what, NOW, "root"))
        return len(self.entries)

    def check(self, what: What) -> Refused | None:
        return entering.check(self.history, self.entries, self.documents, what, NOW)

    def close(self, text: str, calls: tuple[Call, ...] = ()) -> ClosedMonth:
        """The document of a month, dated the first day after it."""
        wanted = month(text)
        measured = entered.measured(self.entries, self.documents, calls)
        contract = Contract(ContractId("c"), TenantId("t"), "x", self.history.head.start, ())
        on = wanted.plus(1).first
        settled = timeline.settle(CATALOGUE, self.history, wanted.plus(1).begins)
        seen, parts = len(self.entries), (Issuer("", ""), "", on, tuple(self.documents))
        closed = closing.document(CATALOGUE, Agreement(contract), settled, wanted, measured, *parts, seen)
        self.documents.append(closed)
        return closed


def lines(closed: ClosedMonth, entry: int) -> list[tuple[str, str, Decimal]]:
    return [(line.row, line.month, line.amount) for line in closed.lines if entry in line.entries]


def test_art_22_an_outage_spares_whole_days_and_its_lines_name_it() -> None:
    book = Book()
    number = book.enter(DAYS_OUT)
    assert lines(book.close("2025-11"), number) == [
        ("CSM-M3", "2025-11", Decimal(-3724)),
        ("CSM-M5", "2025-11", Decimal(-933)),
    ]
    assert book.close("2025-12").total == 76956


def test_art_22_an_outage_entered_after_its_month_was_closed_is_on_the_next_document_and_never_twice() -> None:
    book = Book()
    book.close("2025-11")
    number = book.enter(DAYS_OUT)
    assert lines(book.close("2025-12"), number) == [
        ("CSM-M3", "2025-11", Decimal(-3724)),
        ("CSM-M5", "2025-11", Decimal(-933)),
    ]
    assert lines(book.close("2026-01"), number) == []


def test_two_outages_of_a_month_one_of_them_late_spare_together_no_more_than_the_fee() -> None:
    book = Book()
    book.enter(OutageEntered(moment("2025-11-01 00:00"), moment("2025-11-20 00:00"), "operator"))
    book.close("2025-11")
    late = book.enter(OutageEntered(moment("2025-11-20 00:00"), moment("2025-12-01 00:00"), "operator"))
    spared = sum(amount for _, _, amount in lines(book.documents[0], 1) + lines(book.close("2025-12"), late))
    assert spared == -(55860 + 13999)  # each part is cut off


def test_of_seven_licences_only_those_that_failed_are_spared() -> None:
    book = Book()
    number = book.enter(replace(DAYS_OUT, rows={"CSM-F03": 3}))
    closed = book.close("2025-11")
    assert lines(closed, number) == [("CSM-M3", "2025-11", Decimal(-1596))]
    (told,) = [line.arithmetic for line in closed.lines if number in line.entries]
    assert told == "-(55860 × 3 ÷ 7) × 2 ÷ 30"


def test_a_charge_by_hand_has_its_words_its_clause_and_tax() -> None:
    book = Book()
    number = book.enter(ChargeEntered(date(2025, 11, 5), Decimal(1000), WORDS, clause="Art.9"))
    closed = book.close("2025-11")
    (line,) = [line for line in closed.lines if number in line.entries]
    assert (line.row, line.name, line.clause, line.amount) == ("CHARGE", WORDS, "Art.9", 1000)
    assert closed.total == 76956 + 1100


def test_art_26_late_interest_is_taxed_by_nobody_and_bears_none_itself() -> None:
    book = Book()
    book.close("2025-11")
    number = book.enter(PaymentEntered(date(2026, 1, 31), Decimal(76956)))
    january = book.close("2026-01")
    (line,) = [line for line in january.lines if number in line.entries]
    # 30 days after both the due date 2025-12-31 and the day of payment are left out.
    assert (line.row, line.days, line.amount, line.clause) == ("LATE-INTEREST", 30, 917, "Art.26")
    assert line.arithmetic == "76956 × 14.5 % × 30 ÷ 365"
    assert [(part.rate, part.base, part.amount) for part in january.tax] == [(10, 69960, 6996), (0, 917, 0)]
    assert january.total == 76956 + 917
    assert [(one.yen, one.kind) for one in dues.debts_of([january])] == [(76956, "fees"), (917, "late_interest")]


def test_art_26_within_ten_days_nothing_is_owed() -> None:
    book = Book()
    book.close("2025-11")
    number = book.enter(PaymentEntered(date(2026, 1, 10), Decimal(76956)))
    assert lines(book.close("2026-01"), number) == []


def test_a_payment_meant_for_a_document_settles_that_one_first() -> None:
    book = Book()
    book.close("2025-11")
    book.close("2025-12")
    book.enter(PaymentEntered(date(2026, 1, 5), Decimal(80000), "2025-12"))
    found = dues.dues(book.history, book.documents, entered.payments(book.entries, book.documents), date(2026, 1, 5))
    assert [(one.month, one.left) for one in found.documents] == [("2025-11", 76956 - 3044), ("2025-12", 0)]


def test_art_25_an_evaded_fee_brings_twice_itself_on_top_with_tax() -> None:
    book = Book()
    number = book.enter(EvadedEntered(date(2025, 11, 5), Decimal(10000)))
    closed = book.close("2025-11")
    assert lines(closed, number) == [("EVADED", "2025-11", 10000), ("SURCHARGE", "2025-11", 20000)]
    assert closed.total == 76956 + 33000


def test_art_24_the_deposit_is_set_off_against_what_is_overdue_once_and_given_back_at_the_end() -> None:
    deposit = Order(moment("2025-10-01"), Do.DEPOSIT, yen=Decimal(100000))
    book = Book(replace(SMACOM, deposits=(deposit,)))
    for text in ("2025-11", "2025-12", "2026-01"):
        book.close(text)
    november, december, january = book.documents
    assert november.set_off == ()
    assert [(part.month, part.yen, part.clause) for part in (*december.set_off, *january.set_off)] == [
        ("2025-11", 76956, "Art.24"),
        ("2025-12", 23044, "Art.24"),
    ]
    assert (january.payable, book.close("2026-02").set_off) == (january.total, ())


def test_nd_r_8_the_contractor_s_part_of_navidial_calls_is_on_his_invoice() -> None:
    book = Book(NAVI)
    number = book.enter(RateEntered(date(2023, 1, 10), "navidial", "fixed", Decimal("8.5"), 180, Decimal("3.5")))
    call = Call(moment("2023-02-10 12:00"), "in", "navidial", "fixed", Decimal(200))
    closed = book.close("2023-02", (call, replace(call, other="mobile")))
    (line,) = [line for line in closed.lines if line.row == "ND-02"]
    assert (line.amount, line.arithmetic, line.entries) == (10, "10.0", (number,))
    assert line.name.en == "Rate designation: calls, the contractor's part"


def test_what_was_withdrawn_does_nothing() -> None:
    book = Book()
    number = book.enter(DAYS_OUT)
    book.enter(Withdrawn(number))
    assert book.close("2025-11").total == 76956
    again = book.check(Withdrawn(number))
    assert again is not None
    assert again.code is Code.NO_ENTRY


OUT = DAYS_OUT
WRONG: list[tuple[What, Code, str]] = [
    (replace(OUT, restored=OUT.known), Code.ENDS_BEFORE_IT_BEGINS, "/restored"),
    (replace(OUT, known=moment("2025-09-01 00:00")), Code.OUTSIDE_CONTRACT, "/known"),
    (replace(OUT, restored=moment("2026-04-01 00:00")), Code.OUTSIDE_CONTRACT, "/restored"),
    (replace(OUT, rows={"CSM-F99": 1}), Code.NOT_IN_TARIFF, "/rows/CSM-F99"),
    (replace(OUT, rows={"CSM-F01": 1}), Code.NOT_IN_TARIFF, "/rows/CSM-F01"),
    (replace(OUT, rows={"CSM-F03": 8}), Code.QUANTITY_ABOVE, "/rows/CSM-F03"),
    (ChargeEntered(date(2025, 11, 5), Decimal(1), WORDS, "CSM-X1"), Code.NOT_IN_TARIFF, "/row"),
    (ChargeEntered(date(2025, 9, 11), Decimal(1), WORDS), Code.OUTSIDE_CONTRACT, "/at"),
    (ChargeEntered(date(2026, 3, 16), Decimal(1), WORDS), Code.OUTSIDE_CONTRACT, "/at"),
    (EvadedEntered(date(2026, 3, 16), Decimal(1)), Code.OUTSIDE_CONTRACT, "/at"),
    (PaymentEntered(date(2026, 3, 16), Decimal(1)), Code.OUTSIDE_CONTRACT, "/at"),
    (PaymentEntered(date(2026, 3, 1), Decimal(1), "2025-12"), Code.NO_DOCUMENT, "/month"),
    (RateEntered(date(2026, 1, 1), "navidial", "fixed", Decimal(1)), Code.NOT_IN_TARIFF, "/number"),
    (Withdrawn(9), Code.NO_ENTRY, "/entry"),
    (Withdrawn(1), Code.BILLED, "/entry"),
]


@pytest.mark.parametrize(("what", "code", "pointer"), WRONG, ids=[f"{type(w[0]).__name__} {w[2]}" for w in WRONG])
def test_what_contradicts_contract_table_or_documents_is_refused_with_clause_and_field(
    what: What, code: Code, pointer: str
) -> None:
    book = Book()
    book.enter(ChargeEntered(date(2025, 11, 5), Decimal(1), WORDS))
    book.close("2025-11")
    no = book.check(what)
    assert no is not None
    assert (no.code, dict(no.params)["pointer"], bool(no.clause)) == (code, pointer, True)


@pytest.mark.parametrize(
    ("rows", "refused"), [({}, True), ({"CSM-F03": 1}, True), ({"CSM-F13": 2}, False)], ids=["all", "same", "other"]
)
def test_the_same_may_not_fail_twice_at_the_same_time(rows: dict[str, int], refused: bool) -> None:
    book = Book()
    book.enter(replace(DAYS_OUT, rows={"CSM-F03": 2}))
    no = book.check(replace(DAYS_OUT, known=moment("2025-11-12 11:00"), restored=moment("2025-11-14 00:00"), rows=rows))
    assert (no is not None and no.code is Code.OVERLAPS) == refused


def test_a_payment_before_one_whose_interest_is_fixed_comes_out_of_order() -> None:
    book = Book()
    book.close("2025-11")
    book.enter(PaymentEntered(date(2026, 1, 31), Decimal(1000)))
    book.close("2026-01")
    no = book.check(PaymentEntered(date(2026, 1, 30), Decimal(1000)))
    assert no is not None
    assert no.code is Code.OUT_OF_ORDER


@pytest.mark.parametrize(
    ("text", "refused"), [("2025-08", True), ("2025-09", False), ("2026-03", False), ("2026-04", True)]
)
def test_only_months_that_the_contract_has_are_closed_on_demand(text: str, refused: bool) -> None:
    assert (entering.check_month(SMACOM, month(text), NOW) is not None) == refused


def test_a_document_made_in_the_middle_of_a_month_is_due_at_the_end_of_the_next() -> None:
    assert [dues.due_after(day) for day in (date(2025, 12, 1), date(2025, 12, 2), date(2025, 12, 31))] == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 1, 31),
    ]


def test_a_month_is_billed_with_the_first_document_that_knows_of_it() -> None:
    known = entered.measured([], [], ())
    closed = {Month(2025, 11): 2, Month(2025, 12): 3}
    late = replace(known, closed=closed)
    assert [late.billed_in(Month(2025, 11), entry) for entry in (0, 2, 3, 4)] == [
        Month(2025, 11),
        Month(2025, 11),
        Month(2025, 12),
        Month(2026, 1),
    ]


ENDING = ended(SMACOM, "2026-03-10")
MONTHS = ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02")
DAYS = st.integers(0, 100)
HAPPENS = st.one_of(
    st.just("close"),
    st.tuples(st.just("charge"), DAYS, st.integers(1, 99_999)),
    st.tuples(st.just("outage"), DAYS, st.integers(1, 40)),
)


def _what(kind: str, day: int, number: int) -> What:
    at = date(2025, 10, 1) + timedelta(days=day)
    if kind == "charge":
        return ChargeEntered(at, Decimal(number), WORDS)
    begun = moment(f"{at} 06:00")
    return OutageEntered(begun, begun + timedelta(days=number), "operator")


def _spared(book: Book) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for closed in book.documents:
        if closed.state == "held":
            continue  # its lines stand on the document that settles it
        for line in closed.lines:
            for entry in line.entries:
                found[entry] = found.get(entry, Decimal(0)) + line.amount
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(HAPPENS, max_size=14))
@example(["close", ("outage", 0, 40), ("outage", 41, 19)])
def test_whenever_something_is_entered_it_is_billed_once_and_with_the_same_amount(happens: list[Any]) -> None:
    book, at_once = Book(ENDING), Book(ENDING)
    left = list(MONTHS)
    for one in happens:
        if one == "close":
            if left:
                book.close(left.pop(0))
            continue
        what = _what(*one)
        if book.check(what) is None:
            book.enter(what)
    for month_left in left:
        book.close(month_left)
    book.close("2026-03")
    at_once.entries = list(book.entries)
    for name in (*MONTHS, "2026-03"):
        at_once.close(name)
    assert _spared(book) == _spared(at_once)
    assert all(closed.subtotal >= 0 for closed in book.documents if closed.state == "none")
    charges = {one.number: one.what.yen for one in book.entries if isinstance(one.what, ChargeEntered)}
    assert {number: yen for number, yen in _spared(book).items() if number in charges} == charges

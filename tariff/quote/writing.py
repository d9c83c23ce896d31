"""Writes answers as the schema of the door has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from kernel.refusal import Code, Refused
from tariff.holding.history import Accepted, Decision
from tariff.money.bills import (
    DebtLeft,
    DepositLeft,
    InterestPart,
    Invoice,
    InvoiceState,
    Line,
    OutageCredit,
    RatedCall,
    SurchargeDue,
)
from tariff.rights.keeping import Keeping
from tariff.rights.standing import Given, Standing
from tariff.written.rows import Basis, Table

Document = dict[str, Any]
"""A JSON object."""
Sentence = Callable[[Refused], Mapping[str, str]]
"""Says a refusal to a person, by language."""
UNNAMED: Final = "GR"
"""Stands for the clause where a refusal and its row name none: the tariff as a whole."""


def decision(made: Decision, table: Table | None, sentence: Sentence) -> Document:
    """Yes, with its warnings; or no, with code, clause, row and numbers."""
    if isinstance(made, Accepted):
        return {"accepted": True, **({"warnings": list(made.warnings)} if made.warnings else {})}
    params = dict(made.params)
    row = params.get("row", "")
    known = None if table is None else table.row(row)
    return {
        "accepted": False,
        "code": str(made.code),
        "clause": made.clause or (known.clause if known is not None else "") or UNNAMED,
        **({"row": row} if row else {}),
        **_counted("used", made.used, params),
        **_counted("limit", made.limit, params),
        **_said(sentence(made)),
    }


def standing(at: str, found: Standing) -> Document:
    """What may be done at a moment, which is given back as it was written."""
    return {
        "at": at,
        **({"version": found.version} if found.version else {}),
        **({"type": found.type} if found.type else {}),
        "state": str(found.state),
        "rows": [_given(row) for row in found.rows],
    }


def _given(row: Given) -> Document:
    return {
        "row": row.row,
        **({"kind": row.kind} if row.kind else {}),
        "limit": row.limit,
        **({"basis": str(row.basis)} if row.basis is not Basis.RIGHT else {}),
        "scope": str(row.scope),
        **({"retention": row.retention} if row.retention else {}),
        "clause": row.clause,
    }


def invoice(found: Invoice) -> Document:
    """A month: nothing due, held, a document with its lines, or what has no price."""
    written: Document = {"month": str(found.month), "state": str(found.state)}
    match found.state:
        case InvoiceState.NONE:
            return {**written, "total": 0}
        case InvoiceState.UNPRICED:
            return {**written, "total": 0, "code": str(Code.ESTIMATE_REQUIRED), "rows": list(found.rows)}
        case InvoiceState.HELD | InvoiceState.ISSUED:
            return {
                **written,
                "lines": [_line(line, found) for line in found.lines],
                "subtotal": number(found.subtotal),
                "tax": [
                    {"rate": part.rate, "base": number(part.base), "amount": number(part.amount)} for part in found.tax
                ],
                "total": number(found.total),
                "amount": number(found.amount),
                **({"months": [str(month) for month in found.months]} if found.months else {}),
            }


def _line(line: Line, of: Invoice) -> Document:
    return {
        "row": line.row,
        **({"month": str(line.month)} if line.month != of.month else {}),
        **({"quantity": line.quantity} if line.quantity is not None else {}),
        **({"unit_price": number(line.unit_price)} if line.unit_price is not None else {}),
        "amount": number(line.amount),
        **({"days": line.days} if line.days is not None else {}),
        **({"grandfathered": True} if line.grandfathered else {}),
        "clause": line.clause or UNNAMED,
        **({"arithmetic": line.arithmetic} if line.arithmetic else {}),
    }


def call(rated: RatedCall) -> Document:
    """What a call costs; amounts as texts, since they are not rounded."""
    if not rated.callable:
        return {"code": str(Code.NOT_IN_TARIFF)}
    amounts = (("charge", rated.charge), ("caller", rated.caller), ("contractor", rated.contractor))
    return {
        **({"row": rated.row} if rated.row else {}),
        **({"units": rated.units} if rated.units is not None else {}),
        **{name: f"{amount:f}" for name, amount in amounts if amount is not None},
    }


def outage(credit: OutageCredit) -> Document:
    """What is not owed for an outage."""
    return {
        "days": credit.days,
        "seconds": credit.seconds,
        "credit": number(credit.credit),
        "months": [{"month": str(part.month), "amount": number(part.amount)} for part in credit.months],
        **({"sla_excluded": credit.sla_excluded} if credit.sla_excluded is not None else {}),
        **({"clause": credit.clause} if credit.clause else {}),
    }


def interest(part: InterestPart) -> Document:
    """Late interest on a part of a debt."""
    return {
        "debt": part.debt,
        "paid": part.paid.isoformat(),
        "yen": number(part.yen),
        "days": part.days,
        "interest": number(part.interest),
    }


def kept(keeping: Keeping) -> Document:
    """Until when a recording is kept, and by which duration."""
    return {
        "gone_from": keeping.gone_from.isoformat(),
        **({"retention": keeping.retention} if keeping.retention else {}),
    }


def debt(left: DebtLeft) -> Document:
    """What is left of a debt."""
    return {"left": number(left.left), "due": left.due.isoformat()}


def deposit(left: DepositLeft) -> Document:
    """What became of the deposit."""
    return {"used": number(left.used), "refund": number(left.refund)}


def surcharge(due: SurchargeDue) -> Document:
    """What is owed for a fee evaded."""
    return {name: number(getattr(due, name)) for name in ("evaded_incl", "surcharge", "tax", "total")}


def number(amount: Decimal) -> int | str:
    """Whole yen as a number, parts of a yen as an exact text."""
    return int(amount) if amount == amount.to_integral_value() else f"{amount:f}"


def _counted(name: str, count: int | None, params: Mapping[str, str]) -> Document:
    """A count; steps of tiers and days, which are no counts, stand in the params."""
    if count is not None:
        return {name: count}
    return {name: params[name]} if name in params else {}


def _said(sentence: Mapping[str, str]) -> Document:
    return {"sentence": dict(sentence)} if sentence else {}

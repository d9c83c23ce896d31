"""The three worked examples of the door, and the small ways in which a case is bent for a test."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

CSM: dict[str, Any] = {
    "id": "e1",
    "tariff": "connect-smacom",
    "contract": {"start": "2025-09-12", "payment": "bank_transfer", "rows": {"CSM-F03": 7, "CSM-F13": 7}},
    "orders": [{"at": "2025-11-05", "do": "change", "rows": {"CSM-F03": 9, "CSM-F13": 9}}],
    "ask": {"invoices": ["2025-09", "2025-11"], "entitlements_at": ["2025-11-06"]},
    "recordings": [{"row": "CSM-F13", "made": "2025-12-05T10:00"}],
}
CSM_ANSWER: dict[str, Any] = {
    "id": "e1",
    "decisions": [{"accepted": True}, {"accepted": True}],
    "entitlements": [
        {
            "at": "2025-11-06",
            "version": "connect-smacom@2025-04-01",
            "state": "active",
            "rows": [
                {"row": "CSM-F03", "limit": 9, "basis": "concurrent", "scope": "tenant", "clause": "T1-1"},
                {
                    "row": "CSM-F13",
                    "limit": 9,
                    "basis": "concurrent",
                    "scope": "tenant",
                    "retention": "P6M",
                    "clause": "T1-2",
                },
            ],
        }
    ],
    "invoices": [
        {"month": "2025-09", "state": "none", "total": 0},
        {
            "month": "2025-11",
            "state": "issued",
            "lines": [
                {
                    "row": "CSM-M3",
                    "quantity": 7,
                    "unit_price": 7980,
                    "amount": 55860,
                    "clause": "T1-1",
                    "arithmetic": "7 × 7980",
                },
                {"row": "CSM-M5", "quantity": 7, "unit_price": 2000, "amount": 14000, "clause": "T1-2"},
                {"row": "CSM-H3", "quantity": 1, "unit_price": 100, "amount": 100, "clause": "T2-3"},
                {"row": "CSM-H6", "quantity": 1, "unit_price": 200, "amount": 200, "clause": "T2-4(3)"},
            ],
            "subtotal": 70160,
            "tax": [{"rate": 10, "base": 70160, "amount": 7016}],
            "total": 77176,
            "amount": 76846,
            "months": ["2025-11"],
        },
    ],
    "recordings": [{"gone_from": "2026-06-06", "retention": "P6M"}],
}
ACC: dict[str, Any] = {
    "id": "e2",
    "tariff": "arcstar-contact-center",
    "contract": {"start": "2022-04-01", "type": "ACC-T3", "rows": {"ACC-F01": 220, "ACC-F15": 220}},
    "orders": [
        {"at": "2022-05-20", "do": "change", "rows": {"ACC-F15": 210}},
        {"at": "2022-06-01", "do": "change", "rows": {"ACC-F01": 260}},
    ],
    "ask": {"invoices": ["2022-06"]},
}
ACC_ANSWER: dict[str, Any] = {
    "id": "e2",
    "decisions": [
        {"accepted": True},
        {
            "accepted": False,
            "code": "quantity_must_equal",
            "clause": "Annex-10(1)",
            "row": "ACC-F15",
            "used": 210,
            "limit": 220,
        },
        {"accepted": True},
    ],
    "invoices": [
        {
            "month": "2022-06",
            "state": "issued",
            "lines": [
                {
                    "row": "ACC-P-SEAT",
                    "quantity": 260,
                    "unit_price": 16000,
                    "amount": 4160000,
                    "clause": "T1-2-1-2",
                },
                {"row": "ACC-P-WFM", "quantity": 260, "unit_price": 250, "amount": 65000, "clause": "T1-2-2-2"},
                {"row": "ACC-W-SEATS", "quantity": 1, "unit_price": 7000, "amount": 7000, "clause": "T2-2-2"},
            ],
            "subtotal": 4232000,
            "tax": [{"rate": 10, "base": 4232000, "amount": 423200}],
            "total": 4655200,
            "months": ["2022-06"],
        }
    ],
}
MT: dict[str, Any] = {
    "id": "e3",
    "tariff": "connect-miitel",
    "contract": {"start": "2025-07-01", "rows": {"MT-F01": 16, "MT-F04": 1}},
    "calls": [{"at": "2025-08-04T14:00", "seconds": 130, "direction": "in", "number": "0120", "other": "mobile"}],
    "debts": [{"yen": 36500, "due": "2025-08-31"}],
    "payments": [{"at": "2025-09-30", "yen": 36500}],
    "ask": {"calls": True},
}
MT_ANSWER: dict[str, Any] = {
    "id": "e3",
    "decisions": [{"accepted": True}],
    "calls": [{"row": "MT-C7", "units": 3, "charge": "60.0"}],
    "interest": [{"debt": 0, "paid": "2025-09-30", "yen": 36500, "days": 29, "interest": 423}],
}
EXAMPLES = ((CSM, CSM_ANSWER), (ACC, ACC_ANSWER), (MT, MT_ANSWER))
SCHEMA: dict[str, Any] = json.loads(files("tariff").joinpath("quote", "quote.schema.json").read_text("utf-8"))


def bent(case: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The case with `value` at the JSON pointer `path`."""
    made = copy.deepcopy(case)
    *way, last = path.removeprefix("/").split("/")
    here: Any = made
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if isinstance(here, list):
        here[int(last)] = value
    else:
        here[last] = value
    return made

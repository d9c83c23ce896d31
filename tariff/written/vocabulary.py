"""The words a table may write where the door, docs/quote.schema.json, has a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tariff.written.pricing import Rated, Split
from tariff.written.rules import Excludes, Needs, Warns, When
from tariff.written.terms import Credit, Fees, Suspension

DIRECTIONS: Final = frozenset({"in", "out"})
NUMBERS: Final = frozenset({"050", "0120", "navidial", "freedial"})
OTHERS: Final = frozenset(
    {
        *("fixed", "mobile", "phs", "ip_phone", "public_phone", "coin_line", "car_satellite"),
        *("international", "0570", "satellite", "own_050"),
    }
)
REROUTED: Final = frozenset({"reception_change", "busy_detour", "wide_area"})
CAUSES: Final = frozenset(
    {
        *("operator", "gross_negligence", "contractor", "own_network", "other_network"),
        *("own_gateway", "partner_carrier", "works_announced", "works_unannounced"),
    }
)
REASONS: Final = frozenset(
    {
        *("unpaid", "breach", "deposit", "data_not_reported", "other_contract", "insolvency", "credit_doubt"),
        *("application_ground", "unapproved_equipment", "inspection_refused", "resale"),
    }
)
PAYMENTS: Final = frozenset({"account_transfer", "credit_card", "bank_transfer"})
WARNINGS: Final = frozenset({"number_changes", "excess_billed", "expiries_kept"})
DISCOUNTS: Final = frozenset(f"D{number}" for number in range(1, 13))
SWITCH: Final = frozenset({"true", "false"})
FACTS: Final[Mapping[str, frozenset[str]]] = {
    "host": frozenset({"own", "none", "other_contractor"}),
    "access": frozenset({"universal_one", "fic"}),
    "consents": frozenset({"access", "portal"}),
    "line": frozenset({"subscriber", "ip_network", "ip_network_050", "shared_ip_pbx_6", "other_carrier_direct"}),
    "representative": SWITCH,
    "public_body": SWITCH,
}
"""The facts a rule may ask about, and their values."""

WORDS: Final[Mapping[tuple[type, str], frozenset[str]]] = {
    (Rated, "direction"): DIRECTIONS,
    (Rated, "numbers"): NUMBERS,
    (Rated, "others"): OTHERS,
    (Split, "numbers"): NUMBERS,
    (Split, "others"): OTHERS,
    (Split, "rerouted"): REROUTED,
    (Credit, "causes"): CAUSES,
    (Credit, "sla_excluded"): CAUSES,
    (Credit, "gross"): frozenset({"exact", "days"}),
    (Suspension, "reasons"): REASONS,
    (Suspension, "endless"): REASONS,
    (Fees, "payments"): PAYMENTS,
    (Warns, "warning"): WARNINGS,
    (Warns, "on"): frozenset({"dropped", "added", "excess"}),
    (Needs, "discounts"): DISCOUNTS,
    (Needs, "all_discounts"): DISCOUNTS,
    (Excludes, "discounts"): DISCOUNTS,
    (When, "discounts"): DISCOUNTS,
}
"""Which words may stand in which field; of a table's pairs, the first halves."""


def unknown(kind: type, field: str, value: object) -> str | None:
    """A word of the field that nobody knows; None when there is none, or the field takes any."""
    if field == "facts":
        return _unknown_fact(value)
    known = WORDS.get((kind, field))
    if not known:
        return None
    return next((word for word in _words(value) if word not in known), None)


def _unknown_fact(value: object) -> str | None:
    for pair in value if isinstance(value, tuple) else ():
        fact, values = pair
        if fact not in FACTS:
            return str(fact)
        stray = next((str(one) for one in values if one not in FACTS[fact]), None)
        if stray is not None:
            return f"{fact} = {stray}"
    return None


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(one if isinstance(one, str) else one[0] for one in value)
    return (str(value),)

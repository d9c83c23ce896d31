"""What a table may not say: rules, terms and prices that do not fit are refused with file, row, field and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store.tariffs import quote_schema
from tariff.written import catalogue
from tariff.written.reading import BadTable
from tariff.written.vocabulary import CAUSES, DIRECTIONS, DISCOUNTS, FACTS, NUMBERS, OTHERS, PAYMENTS, REASONS, REROUTED

TEXT = (Path(__file__).parents[2] / "data" / "own-tariff.toml").read_text(encoding="utf-8")


def refused(before: str, after: str) -> BadTable:
    """Why the table is refused once `before` has become `after`."""
    assert TEXT.count(before) >= 1, f"{before!r} is not in the table any more"
    with pytest.raises(BadTable) as why:
        catalogue.read({"own.toml": TEXT.replace(before, after, 1)})
    assert why.value.file == "own.toml"
    return why.value


def test_as_it_is_it_is_read() -> None:
    assert catalogue.read({"own.toml": TEXT}).knows("harbour-desk@2026-04-01")


@pytest.mark.parametrize(
    ("before", "after", "row", "reason"),
    [
        ('rule = "between"', 'rule = "betwixt"', "HD-DESK", "rules.rule: there is no 'betwixt'"),
        ('{ rule = "between", ', "{ ", "HD-DESK", "rules.rule: missing"),
        ("least = 1, most = 60", "least = 1, top = 60", "HD-DESK", "rules.between.top: unknown field"),
        ("most = 60", 'most = "60"', "HD-DESK", "rules.between.most: must be a whole number"),
        ("most = 60", "most = -60", "HD-DESK", "rules.between.most: must be a whole number"),
        ("most = 60", "most = 6.5", "HD-DESK", "rules.between.most: must be a whole number"),
        ("always = true", 'always = "yes"', "HD-DESK", "rules.between.always: must be true or false"),
        ('always = true, clause = "2.1"', "always = true", "HD-DESK", "rules.between.clause: missing"),
        ('rule = "at_most", rows = ["HD-POOL"]', 'rule = "at_most"', "HD-WAIT", "rules.at_most.rows: missing"),
        ('rows = ["HD-POOL"]', 'rows = "HD-POOL"', "HD-WAIT", "rules.at_most.rows: must be a list"),
        ('rows = ["HD-POOL"]', 'rows = ["HD-POND"]', "HD-WAIT", "rules: HD-POND: no row of this table"),
        ('rows = ["HD-POOL"]', 'rows = ["HD-P-POOL"]', "HD-WAIT", "rules: HD-P-POOL: no row of this table"),
        ('count = ["HD-WAIT", "HD-MENU"]', 'count = ["HD-TEA"]', "HD-WAIT", "rules: HD-TEA: no row of this table"),
        ('some = ["HD-NUMBER-LOCAL"', 'some = ["HD-NUMBER-MOON"', "", "rules: HD-NUMBER-MOON: no row of this table"),
        ('free_places = "two"', 'free_places = "ten"', "HD-P-POOL", "counted: free_places = ten: no reading"),
        ('free_places = "two"', 'free_desks = "two"', "HD-P-POOL", "counted: free_desks = two: no reading"),
        ('retained_by = ["HD-KEEP"]', 'retained_by = ["HD-KIP"]', "HD-RECORD", "retained_by: HD-KIP: no row"),
        ('included_in = ["HD-DESK"]', 'included_in = ["HD-DISK"]', "HD-QUEUE", "included_in: HD-DISK: no row"),
        ('step = "90"', 'step = "91"', "HD-P-KEEP-90", "counted.step: '91' is no step of HD-KEEP"),
        ('step = "90", flat = true }', "flat = true }", "HD-P-KEEP-90", "counted.step: '' is no step of HD-KEEP"),
        ('steps = ["30", "90", "365"]', "steps = [30]", "HD-KEEP", "steps: must be text"),
        ('steps = ["30", "90", "365"]\n', "", "HD-KEEP", "steps: a tier has them"),
        (
            'bank_transfer = "HD-H-PAPER"',
            'bank_transfer = "HD-O-DESK"',
            "",
            "terms.fees: HD-O-DESK: no row of kind fee",
        ),
        ('start = "full"', 'start = "half"', "", "terms.billing.start: there is no 'half'"),
        ('rate = "3"', "rate = 3", "", "terms.interest.rate: must be text"),
        ('rate = "3"', 'rate = "3%"', "", "terms.interest.rate: '3%' is none"),
        ('interest = { rate = "3", ', "interest = { ", "", "terms.interest.rate: missing"),
        ('deposit = { clause = "9.6" }', 'deposit = "9.6"', "", "terms.deposit: not a table"),
        ('deposit = { clause = "9.6" }', 'despair = { clause = "9.6" }', "", "terms.despair: unknown field"),
        ('price = "12.75"', 'price = "12,75"', "HD-C-OUT", "price: '12,75' is none"),
        ('price = "12.75", ', "", "HD-C-OUT", "price: missing, and a per_call row needs it"),
        ('direction = "out"', 'direction = "up"', "HD-C-OUT", "rated.direction: there is no up"),
        ('others = ["fixed", "mobile"]', 'others = ["fixed", "fax"]', "HD-C-OUT", "rated.others: there is no fax"),
        ('gross = "exact"', 'gross = "about"', "", "terms.credit.gross: there is no about"),
        ('reasons = ["unpaid"]', 'reasons = ["bored"]', "", "terms.suspension.reasons: there is no bored"),
        ('{ bank_transfer = "HD-H', '{ cash = "HD-H', "", "terms.fees.payments: there is no cash"),
        (
            'some = ["HD-NUMBER-LOCAL"',
            'facts = { mood = ["own"] }, some = ["HD-DESK"',
            "",
            "rules.needs.facts: there is no mood",
        ),
        (
            'some = ["HD-NUMBER-LOCAL"',
            'facts = { host = ["us"] }, some = ["HD-DESK"',
            "",
            "rules.needs.facts: there is no host = us",
        ),
        ('direction = "out", ', "", "HD-C-OUT", "rated.direction: missing"),
        ('unit = "channel", price', 'unit = "number", price', "HD-P-POOL", "unit: number, but HD-POOL is sold by the"),
        ('on = "added"', 'on = "found"', "HD-O-DESK", "due.on: there is no 'found'"),
        (
            'feature = "HD-NUMBER-FREE"',
            'feature = "HD-NUMBER-FEE"',
            "HD-NUMBER-FREE",
            "price: missing, no row prices it",
        ),
        ('id = "HD-C-IN"', 'id = "HD-C-OUT"', "HD-C-OUT", "is there twice"),
        ('id = "HD-C-IN"', 'id = "hd c in"', "hd c in", "id: 'hd c in' is none"),
        ('kind = "free"\nunit = "waiting place"', 'kind = "item"\nunit = "waiting place"', "HD-WAIT", "price: missing"),
        ('gives = "waiting_place"', 'gives = "waiting_place"\nprice = "5"', "HD-WAIT", "price: free rows cost nothing"),
        ('gives = "waiting_place"', 'gives = "waiting_place"\nbasis = "named"', "HD-WAIT", "basis: unknown field"),
        ("days = 7", "days = 0", "HD-RECORD", "days: must be a whole number from 1 on"),
        ('version = "2026-04-01"', 'version = "spring"', "", "version: 'spring' is none"),
        ('version = "2026-04-01"\n', "", "", "version: missing"),
        ("[terms]", "[termz]", "", "termz: unknown field"),
        ("prices = [", "rows = [", "", "rows: unknown field"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(before: str, after: str, row: str, reason: str) -> None:
    why = refused(before, after)
    assert why.row == row
    assert why.reason.startswith(reason)


def test_the_words_a_table_may_write_are_those_of_the_door() -> None:
    known = quote_schema()["$defs"]
    call, order, facts = known["call"]["properties"], known["order"]["properties"], known["facts"]["properties"]
    assert set(call["direction"]["enum"]) == DIRECTIONS
    assert set(call["number"]["enum"]) == NUMBERS
    assert set(call["other"]["enum"]) == OTHERS
    assert set(call["rerouted"]["enum"]) == {"no", *REROUTED}
    assert set(known["case"]["properties"]["outages"]["items"]["properties"]["cause"]["enum"]) == CAUSES
    assert set(order["reason"]["enum"]) == REASONS
    assert set(known["contract"]["properties"]["payment"]["enum"]) == PAYMENTS
    assert {fact: set(facts[fact]["enum"]) for fact in ("host", "access", "line")} == {
        fact: FACTS[fact] for fact in ("host", "access", "line")
    }
    assert set(facts["consents"]["items"]["enum"]) == FACTS["consents"]
    assert all(re.fullmatch(facts["discounts"]["items"]["pattern"], plan) for plan in DISCOUNTS)


def test_a_later_version_may_not_begin_before_the_earlier_one_ends() -> None:
    later = TEXT.replace('version = "2026-04-01"', 'version = "2027-04-01"').replace("begins = 2026", "begins = 2027")
    with pytest.raises(BadTable) as why:
        catalogue.read({"a.toml": TEXT, "b.toml": later})
    assert (why.value.file, why.value.reason) == ("b.toml", "begins: overlaps the period of a.toml")
    ended = TEXT.replace("begins = 2026-04-01", "begins = 2026-04-01\nends = 2027-04-01")
    assert len(catalogue.read({"a.toml": ended, "b.toml": later}).tables["harbour-desk"]) == 2

"""A feature counts as shown only when each of its tests passed."""

from __future__ import annotations

from tests.features import CONTRACT_ONLY, Feature, known, page, table


def test_one_failed_test_is_enough_to_fail_a_feature() -> None:
    assert Feature("F", {"limit"}, {"a": True, "b": True}).state == "shown"
    assert Feature("F", {"limit"}, {"a": True, "b": False}).state == "failed"
    assert Feature().state == "not yet"
    assert Feature("F", set(), {"a": True}, contract_only=True).state == "contract only"
    assert Feature("F", set(), {"a": False}, contract_only=True).state == "failed"
    assert Feature(contract_only=True).state == "not yet"


def test_the_table_names_id_state_and_tests() -> None:
    features = {
        "MT-F06": Feature("Queueing", {"limit", "refusal"}, {"b": True, "a": True}),
        "ACC-F01": Feature("Seat", set(), {"c": False}),
    }
    assert table(features) == "id,state,tests\nACC-F01,failed,c\nMT-F06,shown,a b\n"
    assert "| MT-F06 | Queueing | shown | limit, refusal | a<br>b |\n" in page(features)


def test_every_feature_of_the_tariffs_is_on_the_page_once() -> None:
    assert {identity for identity, feature in known().items() if feature.contract_only} == CONTRACT_ONLY
    lines = page(known()).splitlines()
    assert len([line for line in lines if "| not yet |" in line]) == len(known()) == 187

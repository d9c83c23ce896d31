"""The bench must not believe itself when what is known beforehand does not come out."""

from __future__ import annotations

import random

from tests.load import checks


def uniform(seed: int, low: float = 0.0, high: float = 1000.0) -> list[float]:
    chance = random.Random(seed)
    return [chance.uniform(low, high) for _ in range(800)]


def test_a_poll_of_one_second_is_believed() -> None:
    assert checks.law("x", uniform(1)).ok


def test_another_mean_or_a_longer_wait_is_not() -> None:
    assert not checks.law("x", uniform(1, 100, 1000)).ok
    assert not checks.law("x", [*uniform(1), 1101.0]).ok


def test_equal_systems_are_equal_and_others_are_not() -> None:
    assert checks.same(uniform(1), uniform(2)).ok
    assert not checks.same(uniform(1), [value * 1.3 for value in uniform(2)]).ok


def test_a_busy_core_and_every_kind_of_loss_are_seen() -> None:
    assert all(check.ok for check in checks.undisturbed("x", 0.69, 0, 0, 0))
    assert [check.ok for check in checks.undisturbed("x", 0.7, 0, 0, 0)] == [False, True]
    for loss in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        assert [check.ok for check in checks.undisturbed("x", 0.1, *loss)] == [True, False]


def test_the_console_is_read() -> None:
    settings = "  Version:                     22.10.1+dfsg-1\n  Channel storage backend:     ao2_legacy\n"
    queues = "name in queue\nsubm:ast_channel-00000a1 100 0 7 450 500\ntaskpool/s:stasis-00000001 9 0 17 450 500 0 54\n"
    assert checks.asterisk_version(settings) == "22.10.1"
    assert checks.storage_backend(settings) == "ao2_legacy"
    assert checks.deepest_queue(queues) == ("taskpool/s:stasis", 17)


def test_who_still_works_in_asterisk_is_named_and_no_answer_is_not_rest() -> None:
    shown = (
        "\nProcessor   Processed In Queue Max Depth\nsorcery/aor-1 2209 1792 3923 450 500\npjsip/a-2 9 0 4 450 500\n\n"
    )
    assert checks.unfinished(shown) == {"sorcery/aor-1": 1792}
    assert checks.unfinished(shown.replace("1792", "0")) == {}
    assert checks.unfinished("Unable to connect to remote asterisk") is None

"""What whoever has waited longest waits once an agent is free."""

from __future__ import annotations

from tests.load.heads import head_to_ring
from tests.load.sip_wire import Message
from tests.unit.load.test_samples import ARM, said


def callers(*names: str) -> list[Message]:
    """They call one after another, in the first second."""
    return [said(turn / 10, "INVITE caller>", f"c{name}", user=name) for turn, name in enumerate(names)]


def test_whoever_has_waited_longest_counts_from_the_first_agent_who_is_free_for_him() -> None:
    heard = [
        *callers("one", "two", "three"),
        said(1.0, "BYE agent>", "a1"),
        said(1.25, "INVITE >agent", "a2", user="two"),
        said(2.0, "BYE agent>", "a3"),
        said(2.5, "INVITE >agent", "a4", user="one"),
    ]
    assert head_to_ring(heard, ARM, 0, 9).samples == [1.5]


def test_in_one_queue_it_is_the_idle_time_of_the_agent() -> None:
    heard = [*callers("one", "two")]
    heard += [said(1.0, "BYE agent>", "a1"), said(1.25, "INVITE >agent", "a2", user="one")]
    heard += [said(2.0, "BYE agent>", "a3"), said(2.5, "INVITE >agent", "a4", user="two")]
    assert head_to_ring(heard, ARM, 0, 9).samples == [0.25, 0.5]


def test_before_and_after_the_measurement_nobody_is_free_and_repeats_count_once() -> None:
    bye = said(1.5, "BYE agent>", "a1")
    heard = [
        *callers("one", "two", "three"),
        said(0.5, "BYE agent>", "a0"),
        bye,
        said(1.75, "INVITE >agent", "a2", user="one"),
        bye,
        said(2.5, "BYE agent>", "a3"),
        said(2.75, "INVITE >agent", "a4", user="two"),
    ]
    assert head_to_ring(heard, ARM, 1, 2).samples == [0.25]


def test_a_ring_that_does_not_show_whose_it_is_is_counted_and_is_nobodys() -> None:
    heard = [*callers("one"), said(1.0, "BYE agent>", "a1"), said(1.25, "INVITE >agent", "a2", user="nobody")]
    found = head_to_ring(heard, ARM, 0, 9)
    assert (found.samples, found.unknown) == ([], 1)

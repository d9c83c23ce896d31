"""Callers walk through flows: each thing that happens leads on, or changes nothing; and every walk ends."""

from __future__ import annotations

from itertools import cycle

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ivr import check, walk
from ivr.flow import KEYS, Flow, FlowRefused, HangUp, Hours, Menu, Play, Route, Step
from ivr.walk import BUSY, LONGEST, End, Happened, Hear, Join, Next, Place
from kernel.ids import FlowId, HoursId, NodeName, PromptId, QueueId

HELLO, WHEN, ASK, SALES, SORRY, BYE = map(NodeName, ("hello", "when", "ask", "sales", "sorry", "bye"))
WRONG, WHICH = PromptId("wrong"), PromptId("which")
ASKED = Hear(ASK, (WHICH,), 1, 4.0)


def opened(_hours: HoursId) -> bool:
    return True


def shut(_hours: HoursId) -> bool:
    return False


FLOW = Flow(
    FlowId("f"),
    1,
    HELLO,
    {
        HELLO: Play(PromptId("greeting"), WHEN),
        WHEN: Hours(HoursId("office"), ASK, SORRY),
        ASK: Menu(
            WHICH, {"1": SALES, "#": HELLO}, on_timeout=SORRY, on_invalid=BYE, timeout=4.0, tries=2, invalid=WRONG
        ),
        SALES: Route(QueueId("q"), 3),
        SORRY: Play(PromptId("closed"), BYE),
        BYE: HangUp(),
    },
)


def step(
    node: NodeName, what: Happened, digit: str = "", *, attempt: int = 1, is_open: walk.Open = opened
) -> Next | None:
    return walk.step(FLOW, Place(node, attempt), what, is_open, digit)


def test_a_walk_begins_with_the_first_prompt() -> None:
    assert walk.begin(FLOW, opened) == Hear(HELLO, (PromptId("greeting"),))


def test_after_the_greeting_the_hours_decide() -> None:
    assert step(HELLO, Happened.HEARD) == ASKED
    assert step(HELLO, Happened.HEARD, is_open=shut) == Hear(SORRY, (PromptId("closed"),))
    assert step(SORRY, Happened.HEARD) == End(BYE)


def test_the_hours_asked_for_are_those_the_node_names() -> None:
    asked: list[HoursId] = []

    def judge(hours: HoursId) -> bool:
        asked.append(hours)
        return True

    step(HELLO, Happened.HEARD, is_open=judge)
    assert asked == ["office"]


def test_whoever_was_greeted_already_hears_no_second_greeting_but_is_asked() -> None:
    assert walk.begin(FLOW, opened, greeted=True) == ASKED
    assert walk.begin(FLOW, shut, greeted=True) == End(BYE)


def test_a_key_leads_where_the_menu_says() -> None:
    assert step(ASK, Happened.DIGIT, "1") == Join(SALES, QueueId("q"), 3)
    assert step(ASK, Happened.DIGIT, "#", attempt=2) == Hear(HELLO, (PromptId("greeting"),))


def test_a_wrong_key_is_told_and_asked_again_until_the_tries_are_used_up() -> None:
    assert step(ASK, Happened.DIGIT, "7") == Hear(ASK, (WRONG, WHICH), 2, 4.0)
    assert step(ASK, Happened.DIGIT, "7", attempt=2) == End(BYE)


def test_no_key_asks_again_until_the_tries_are_used_up() -> None:
    assert step(ASK, Happened.TIMEOUT) == Hear(ASK, (WHICH,), 2, 4.0)
    assert step(ASK, Happened.TIMEOUT, attempt=2) == Hear(SORRY, (PromptId("closed"),))


@pytest.mark.parametrize("noise", ["A", "B", "C", "D", "", "12", "x", "１"])
def test_what_is_no_key_of_a_telephone_changes_nothing(noise: str) -> None:
    assert step(ASK, Happened.DIGIT, noise, attempt=2) is None


@pytest.mark.parametrize(
    ("node", "what"),
    [
        (HELLO, Happened.DIGIT),
        (HELLO, Happened.TIMEOUT),
        (HELLO, Happened.FULL),
        (ASK, Happened.HEARD),
        (ASK, Happened.FULL),
        (SALES, Happened.DIGIT),
        (SALES, Happened.TIMEOUT),
        (BYE, Happened.HEARD),
        (BYE, Happened.DIGIT),
    ],
)
def test_what_a_node_does_not_wait_for_changes_nothing(node: NodeName, what: Happened) -> None:
    assert step(node, what, "1") is None


def test_a_full_queue_is_told_and_the_caller_released() -> None:
    assert step(SALES, Happened.FULL) == Hear(SALES, (BUSY,))
    assert step(SALES, Happened.HEARD) == End(SALES)


def test_a_full_queue_may_lead_elsewhere() -> None:
    over = Flow(FLOW.id, 1, SALES, {SALES: Route(QueueId("q"), 0, ASK), ASK: Route(QueueId("r"), 1)})
    assert walk.step(over, Place(SALES), Happened.FULL, opened) == Join(ASK, QueueId("r"), 1)


def test_a_ring_of_keys_ends_by_its_length() -> None:
    assert walk.step(FLOW, Place(ASK, 1, LONGEST - 1), Happened.DIGIT, opened, "#") == Hear(
        HELLO, (PromptId("greeting"),)
    )
    assert walk.step(FLOW, Place(ASK, 1, LONGEST), Happened.DIGIT, opened, "#") == End(ASK)


RING = Flow(FLOW.id, 1, ASK, {ASK: Menu(WHICH, {"0": ASK}, on_timeout=BYE, on_invalid=BYE), BYE: HangUp()})
"""Whoever keeps pressing 0 walks in a ring."""
NAMES = [NodeName(name) for name in "abcdef"]
node = st.sampled_from([*NAMES[:5], NodeName("missing")]) | st.sampled_from(NAMES)
steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(Play, st.just(PromptId("p")), node),
    st.builds(
        Menu, st.just(WHICH), st.dictionaries(st.sampled_from(sorted(KEYS)), node, min_size=1), node, node,
        st.just(4.0), st.integers(1, 3), st.sampled_from([WRONG, PromptId("")]),
    ),
    st.builds(Hours, st.just(HoursId("h")), node, node),
    st.builds(Route, st.just(QueueId("q")), st.integers(0, 5), node | st.none()),
    st.just(HangUp()),
)  # fmt: skip
flows = st.dictionaries(st.sampled_from(NAMES), steps, min_size=1).map(
    lambda made: Flow(FlowId("f"), 1, next(iter(made)), made)
)


def _roads(made: Step) -> list[NodeName]:
    """Where a step leads without the caller's choice, said once more without the product's own words."""
    match made:
        case Play():
            return [made.then]
        case Menu():
            return [made.on_timeout, made.on_invalid]
        case Hours():
            return [made.opened, made.closed]
        case Route():
            return [] if made.full is None else [made.full]
        case HangUp():
            return []


def _ends(flow: Flow) -> bool:
    """Whether all names are there and no road without choice is longer than there are nodes."""
    named = {node for made in flow.steps.values() for node in _roads(made)}
    named |= {node for made in flow.steps.values() if isinstance(made, Menu) for node in made.keys.values()}
    if not named <= set(flow.steps):
        return False
    ends = set[NodeName]()
    for _ in flow.steps:
        ends |= {name for name, made in flow.steps.items() if set(_roads(made)) <= ends}
    return ends == set(flow.steps)


@settings(max_examples=500, deadline=None)
@given(flows)
def test_exactly_the_flows_whose_roads_all_end_are_taken(flow: Flow) -> None:
    if _ends(flow):
        check.ends(flow)
        return
    with pytest.raises(FlowRefused) as why:
        check.ends(flow)
    assert why.value.node in flow.steps


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(flows.filter(_ends), st.lists(st.integers(0, 2**16), min_size=1, max_size=40), st.booleans())
@example(RING, [1], False)
def test_every_walk_ends_whatever_the_caller_does(flow: Flow, dice: list[int], greeted: bool) -> None:
    chances = cycle(dice)

    def judge(_hours: HoursId) -> bool:
        return next(chances) % 2 == 0

    now: Next = walk.begin(flow, judge, greeted=greeted)
    taken, attempt, idle = 1, 1, 0
    while not isinstance(now, End):
        chance = next(chances)
        if isinstance(now, Join) and chance % 2:
            return
        what, digit = list(Happened)[chance % 4], "0123456789*#AD"[chance // 4 % 14]
        if idle >= 3:
            what, digit = _waited_for(flow, now), "1"
        following = None
        if what is not Happened.FULL or isinstance(now, Join):
            following = walk.step(flow, Place(now.node, attempt, taken), what, judge, digit)
        idle = idle + 1 if following is None else 0
        if following is None:
            continue
        assert following.node in flow.steps
        if isinstance(following, Hear):
            taken, attempt = taken + 1, following.attempt
            assert taken <= LONGEST
            assert following.prompts
        now = following


def _waited_for(flow: Flow, now: Next) -> Happened:
    """What brings this place on when nothing else does."""
    if isinstance(now, Join):
        return Happened.FULL
    return Happened.TIMEOUT if isinstance(flow.steps[now.node], Menu) else Happened.HEARD

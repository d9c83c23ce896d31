"""Which way a call goes out: over a trunk of its own node, else through the node that has it, else not at all."""

from __future__ import annotations

import pytest

from controller.trunks import Trunks
from controller.ways import Gate, TrunkWays
from kernel.ids import NodeId, TrunkName
from numbering.lines import Health
from store.trunks import TrunkConfig
from tests.unit.controller.test_trunks import Switch

HERE, THERE = NodeId("node-1"), NodeId("node-2")
NEAR, FAR, BOTH, NONE = (TrunkName(name) for name in ("near", "far", "both", "none"))
NUMBER = "+81312340000"


@pytest.fixture
def there() -> list[bool]:
    """Whether calls can be sent through the other node."""
    return [True]


@pytest.fixture
def ways(there: list[bool]) -> TrunkWays:
    """From here, where the other node has a trunk of its own."""
    known = [TrunkConfig(name, ("192.0.2.1",), "sip:192.0.2.1", version=4, channels=9) for name in (NEAR, FAR, BOTH)]
    gates = {}
    for node, mine, open_ in ((HERE, (NEAR, BOTH), lambda: True), (THERE, (FAR, BOTH), lambda: there[0])):
        trunks = Trunks(Switch(), "127.0.0.1", mine)
        trunks.put(known)
        gates[node] = Gate(trunks, open_)
    return TrunkWays(HERE, gates)


def test_a_trunk_of_the_own_node_is_dialled_there(ways: TrunkWays) -> None:
    for trunk in (NEAR, BOTH):
        assert ways.to(trunk, NUMBER, False) == f"PJSIP/{NUMBER}@trunk.{trunk}.4"


def test_one_of_another_node_is_dialled_through_it_and_says_whether_the_number_is_shown(ways: TrunkWays) -> None:
    assert ways.to(FAR, NUMBER, False) == f"PJSIP/trunk.far.4~{NUMBER}@node.node-2"
    assert ways.to(FAR, NUMBER, True) == f"PJSIP/trunk.far.4~{NUMBER}~withheld@node.node-2"
    with pytest.raises(ValueError, match="digits"):
        ways.to(FAR, "1&PJSIP/x", False)


def test_a_node_that_is_away_has_no_trunks_and_what_nobody_has_leads_nowhere(
    ways: TrunkWays, there: list[bool]
) -> None:
    assert dict(ways.health) == dict.fromkeys((NEAR, BOTH, FAR), Health.UNKNOWN)
    assert (ways.to(NONE, NUMBER, False), ways.channels(NONE), ways.channels(FAR)) == (None, None, 9)
    there[0] = False
    assert (ways.to(FAR, NUMBER, False), set(ways.health)) == (None, {NEAR, BOTH})

"""How the ids that we give to channels, bridges and playbacks look, and what may stand in a URI or dial string."""

from __future__ import annotations

import re
from typing import Final

LEG: Final = "leg_"
CONVERSATION: Final = "conv_"
PLAYBACK: Final = "play_"
EARLY: Final = "early_"
SPY: Final = "spy_"
LISTENING: Final = "listen_"
NODE: Final = "node."
"""How the names of the endpoints begin that are other nodes; no name of a phone holds it there."""
LIVES: Final = "lives."
"""The same of those by which other nodes are asked whether they live."""

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,127}")
_NUMBER: Final = re.compile(r"\+?[0-9*#]{1,32}")


def safe(name: str) -> str:
    """The name itself when it may stand in a URI, a dial string or a file name; ValueError otherwise.

    Allowed are letters, digits, `_`, `.` and `-`, which need no quoting; `.` and `..` are refused.
    """
    if _NAME.fullmatch(name) is None or name in {".", ".."}:
        raise ValueError("a name for Asterisk may hold only A-Z a-z 0-9 _ . -")
    return name


def is_leg(channel: str) -> bool:
    """Whether this channel was made by us and is named after its leg."""
    return channel.startswith(LEG)


def is_conversation(bridge: str) -> bool:
    """Whether this bridge was made by us and is named after its conversation."""
    return bridge.startswith(CONVERSATION)


def early(leg: str) -> str:
    """The bridge in which an agent hears what the network of the called says before the answer; of that one's leg."""
    return EARLY + leg


def is_early(bridge: str) -> bool:
    """Whether this bridge was made for what is heard before the answer."""
    return bridge.startswith(EARLY)


def is_spy(channel: str) -> bool:
    """Whether this channel was made by us to hear another one."""
    return channel.startswith(SPY)


def listening(spy: str) -> str:
    """The bridge in which somebody hears what this channel hears."""
    return LISTENING + spy


def is_listening(bridge: str) -> bool:
    """Whether this bridge was made by us for somebody who listens."""
    return bridge.startswith(LISTENING)


def is_playback(playback: str) -> bool:
    """Whether this playback was started by us."""
    return playback.startswith(PLAYBACK)


def node_endpoint(node: str) -> str:
    """The endpoint by which other nodes know this one."""
    return NODE + node


def lives(node: str) -> str:
    """The endpoint by which this node is asked whether it lives; nobody is called by it."""
    return LIVES + node


def node_of(endpoint: str) -> str | None:
    """The node behind an endpoint; None where it is none."""
    return endpoint.removeprefix(NODE) if endpoint.startswith(NODE) else None


def through_node(endpoint: str, node: str) -> str:
    """The dial string for an endpoint that is registered at another node."""
    return f"PJSIP/{safe(endpoint)}@{safe(node_endpoint(node))}"


def trunk_through_node(trunk: str, number: str, node: str, *, withheld: bool) -> str:
    """The dial string for a number over a trunk that another node has: there `[linked]` takes it apart.

    `withheld`: the own number is not to be shown, whatever comes of the caller's privacy on its way between the nodes.
    """
    if _NUMBER.fullmatch(number) is None:
        raise ValueError("a dialled number may hold only digits, * and #, with a leading +")
    hidden = "~withheld" if withheld else ""
    return f"PJSIP/{safe(trunk)}~{number}{hidden}@{safe(node_endpoint(node))}"


def endpoint_of(channel: str) -> str:
    """The endpoint behind a channel by the channel's name, `PJSIP/<endpoint>-<number>`."""
    return channel.removeprefix("PJSIP/").rpartition("-")[0]


def dial_string(endpoint: str, number: str | None = None) -> str:
    """`PJSIP/endpoint`, or `PJSIP/number@endpoint` to call a number through a trunk; ValueError on anything else."""
    if number is None:
        return f"PJSIP/{safe(endpoint)}"
    if _NUMBER.fullmatch(number) is None:
        raise ValueError("a dialled number may hold only digits, * and #, with a leading +")
    return f"PJSIP/{number}@{safe(endpoint)}"

"""The SIP way from one node to another: for phones that are registered there, known by credentials, open to nobody.

A node calls another as the endpoint `node.<its own name>`, with credentials of that direction; the number of the caller
stands in P-Asserted-Identity. There the call goes on to the phone by the dialplan alone (`asterisk/conf`, `[linked]`),
so that answer, refusal, hold and hang-up pass through without a controller (docs/decisions/0036).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from asterisk.endpoints import common, put
from asterisk.names import lives, node_endpoint, safe
from asterisk.request import Request

CODECS: Final = ("ulaw", "alaw", "g722", "opus")
_SELDOM: Final = "86400"
"""Seconds, the most there may be: what OPTIONS find is kept only of a contact that is asked now and then."""
ANSWER: Final = 5.0
"""Seconds after which a node that has not answered is taken for dead: long for one that is merely busy."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another node, `name`, as the node `own` knows it; `key` is what the credentials of all nodes are made of.

    `media_host`: the address that the sound of `own` is bound to.
    """

    own: str
    name: str
    host: str
    port: int
    key: str = field(repr=False)
    media_host: str


def push(peer: Peer) -> tuple[Request, ...]:
    """The requests, in this order, by which `own` knows the other node; only for one that it does not know yet."""
    name, out = safe(node_endpoint(peer.name)), safe(node_endpoint(peer.name) + ".out")
    asked, contact = safe(lives(peer.name)), f"sip:{_host(peer.host)}:{peer.port}"
    return (
        _auth(name, node_endpoint(peer.name), credential(peer.key, peer.name, peer.own)),
        _auth(out, node_endpoint(peer.own), credential(peer.key, peer.own, peer.name)),
        put("aor", asked, {"contact": contact, "qualify_frequency": _SELDOM, "qualify_timeout": str(ANSWER)}),
        put("endpoint", asked, _asked(peer, asked)),
        put("aor", name, {"contact": contact, "qualify_frequency": "0"}),
        put("endpoint", name, _endpoint(peer, name, out)),
    )


def credential(key: str, caller: str, called: str) -> str:
    """With which secret one node calls the other."""
    return hmac.new(key.encode(), f"denwaban node {caller} {called}".encode(), sha256).hexdigest()


def _endpoint(peer: Peer, name: str, out: str) -> dict[str, str]:
    return {
        **common("linked", CODECS, peer.media_host),
        "auth": name,
        "outbound_auth": out,
        "aors": name,
        "identify_by": "username",
        "from_user": safe(node_endpoint(peer.own)),
        "send_pai": "yes",
        "trust_id_outbound": "yes",
        "trust_id_inbound": "yes",
        # A phone that holds is told to the node of the caller, which plays the music.
        "moh_passthrough": "yes",
        "allow_subscribe": "no",
        "deny": "0.0.0.0/0.0.0.0,::/0",
        "permit": peer.host,
    }


def _asked(peer: Peer, name: str) -> dict[str, str]:
    """Apart from the endpoint for calls: what was found once of a node must not keep calls from the next one there.
    Nobody comes in by it."""
    closed = {"identify_by": "header", "allow_subscribe": "no", "deny": "0.0.0.0/0.0.0.0,::/0"}
    return {**common("nowhere", CODECS, peer.media_host), "aors": name, **closed}


def _auth(id: str, user: str, secret: str) -> Request:
    return put("auth", id, {"auth_type": "userpass", "username": user, "password": secret})


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host

"""Nodes know each other by name and by a secret for each direction."""

from __future__ import annotations

from dataclasses import replace

from asterisk import names
from asterisk.peers import Peer, credential, push

A = Peer("a", "b", "127.0.0.1", 5072, "the key", "127.0.0.1")
B = Peer("b", "a", "127.0.0.1", 5062, "the key", "127.0.0.1")


def objects(peer: Peer) -> dict[tuple[str, str], dict[str, str]]:
    """What is pushed, by kind and name."""
    pushed = {}
    for request in push(peer):
        kind, name = request.uri.split("/")[-2:]
        assert request.body is not None
        pushed[kind, name] = {one["attribute"]: one["value"] for one in request.body["fields"]}
    return pushed


def test_what_one_says_the_other_expects() -> None:
    said, expected = objects(A)["auth", "node.b.out"], objects(B)["auth", "node.a"]
    assert (said["username"], said["password"]) == (expected["username"], expected["password"])
    assert objects(A)["endpoint", "node.b"]["from_user"] == "node.a"


def test_each_direction_and_each_key_has_a_secret_of_its_own() -> None:
    secrets = {credential("k", "a", "b"), credential("k", "b", "a"), credential("l", "a", "b")}
    assert len(secrets) == 3
    assert all(len(secret) == 64 for secret in secrets)
    assert "the key" not in repr(A)


def test_only_the_other_nodes_address_may_come_in() -> None:
    endpoint = objects(replace(A, host="192.0.2.7"))["endpoint", "node.b"]
    assert (endpoint["permit"], endpoint["context"], endpoint["allow_transfer"]) == ("192.0.2.7", "linked", "no")


def test_nobody_comes_in_by_the_endpoint_that_asks_whether_a_node_lives() -> None:
    asks = objects(A)["endpoint", "lives.b"]
    assert (asks["identify_by"], asks["context"], asks["deny"]) == ("header", "nowhere", "0.0.0.0/0.0.0.0,::/0")
    assert objects(A)["aor", "lives.b"]["contact"] == objects(A)["aor", "node.b"]["contact"]
    assert "permit" not in asks


def test_the_node_is_read_from_the_name_of_a_channel() -> None:
    assert names.node_of(names.endpoint_of("PJSIP/node.node-2-00000001")) == "node-2"
    assert names.node_of(names.endpoint_of("PJSIP/demo-mei-00000001")) is None
    assert names.through_node("demo-mei", "node-2") == "PJSIP/demo-mei@node.node-2"

"""Which nodes there are: by number, or by a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from asterisk.nodes import ari_ports, mine, nodes
from asterisk.settings import AsteriskSettings
from kernel.errors import ConfigurationError

FILE = """
[[node]]
name = "tokyo"
ari_port = 9001
ami_port = 9002
sip_port = 9003
rtp_low = 9100
rtp_high = 9199

[[node]]
name = "osaka"
ari_port = 9011
ami_port = 9012
sip_host = "127.0.0.7"
sip_port = 9013
rtp_low = 9200
rtp_high = 9299
trunks = ["west"]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "nodes.toml"
    file.write_text(text)
    return file


def test_one_node_is_what_was_set(tmp_path: Path) -> None:
    settings = AsteriskSettings(var=tmp_path, node="alone")
    assert nodes(settings) == (settings,)
    assert not settings.linked


def test_several_share_nothing(tmp_path: Path) -> None:
    settings = AsteriskSettings(var=tmp_path, nodes=3)
    found = nodes(settings)
    assert [one.node for one in found] == ["node-1", "node-2", "node-3"]
    assert all(one.linked for one in found)
    assert (found[0].ari_port, found[0].ari_password_file) == (settings.ari_port, settings.ari_password_file)
    ports = [port for one in found for port in (one.ari_port, one.ami_port, one.sip_port)]
    ranges = [range(one.rtp_low, one.rtp_high + 1) for one in found]
    assert len(set(ports)) == len(ports)
    assert len(set().union(*ranges)) == sum(map(len, ranges))
    for name in ("node_folder", "ari_password_file", "ami_password_file"):
        assert len({getattr(one, name) for one in found}) == 3
    assert ari_ports(settings.ari_port, 3, None) == tuple(one.ari_port for one in found)


def test_ports_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="do not fit"):
        nodes(AsteriskSettings(var=tmp_path, nodes=2, sip_port=65530))


def test_a_file_says_which_nodes_there_are(tmp_path: Path) -> None:
    file = written(tmp_path, FILE)
    tokyo, osaka = nodes(AsteriskSettings(var=tmp_path, nodes_file=file))
    assert (tokyo.node, tokyo.sip_host, tokyo.sip_port, tokyo.node_trunks) == ("tokyo", "127.0.0.1", 9003, None)
    assert (osaka.node, osaka.sip_host, osaka.rtp_low, osaka.node_trunks) == ("osaka", "127.0.0.7", 9200, ("west",))
    assert (tokyo.node_folder, osaka.node_folder) == ("asterisk", "asterisk-osaka")
    assert (tokyo.ari_password_file.name, osaka.ari_password_file.name) == ("ari", "ari-osaka")
    assert ari_ports(1, 1, file) == (9001, 9011)


def test_a_process_is_the_node_it_is_told_to_be(tmp_path: Path) -> None:
    assert mine(AsteriskSettings(var=tmp_path, nodes=2, node="node-2")).sip_port == 5072
    with pytest.raises(ConfigurationError, match="no node elsewhere"):
        mine(AsteriskSettings(var=tmp_path, nodes=2, node="elsewhere"))


@pytest.mark.parametrize(
    "text", ["", "node = 1", "[[node]]\nname = 'a'", FILE.replace("osaka", "tokyo"), FILE + "colour = 'red'", "[["]
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError):
        nodes(AsteriskSettings(var=tmp_path, nodes_file=written(tmp_path, text)))


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        nodes(AsteriskSettings(var=tmp_path, nodes_file=tmp_path / "none.toml"))

"""Each item of the hardening list, on the rendered files and on the running process."""

from __future__ import annotations

import configparser
import ipaddress
import socket
import stat
import urllib.error
import urllib.request
from contextlib import closing

import psutil
import pytest

from asterisk.runtime import place
from tests.asterisk_server import AsteriskServer, running_asterisk
from tests.contract.asterisk.ari import LIMIT, Ari, sip_peer

LOOPBACK_ONLY = {"deny": "0.0.0.0/0.0.0.0", "permit": "127.0.0.1/255.255.255.255"}


def conf(server: AsteriskServer, name: str) -> str:
    """The rendered file without comments and empty lines."""
    lines = (place(server.var).conf / name).read_text().splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.startswith(";"))


def sections(server: AsteriskServer, name: str) -> configparser.ConfigParser:
    """The rendered file as sections; of sections with the same name all are merged."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=>", "="))
    parser.read_string(conf(server, name))
    return parser


def test_nothing_dangerous_from_outside(asterisk_server: AsteriskServer) -> None:
    options = sections(asterisk_server, "asterisk.conf")["options"]
    assert options["live_dangerously"] == "no"
    assert options["disable_remote_console_shell"] == "yes"
    assert options["execincludes"] == "no"


def test_the_http_server_stands_on_loopback_and_shows_no_status(asterisk_server: AsteriskServer) -> None:
    http = sections(asterisk_server, "http.conf")
    assert http["general"]["bindaddr"] == "127.0.0.1"
    assert http["general"]["enable_status"] == "no"
    assert http["general"]["enable_static"] == "no"
    assert http.getint("general", "sessionlimit") > 100
    for uri in ("/ari", "/ws"):
        assert dict(http[uri]).items() >= {"type": "restriction", **LOOPBACK_ONLY}.items()


def test_ari_has_one_user_with_an_acl_and_a_long_secret(asterisk_server: AsteriskServer) -> None:
    ari = sections(asterisk_server, "ari.conf")
    assert ari.sections() == ["general", asterisk_server.settings.ari_user]
    user = ari[asterisk_server.settings.ari_user]
    assert dict(user).items() >= LOOPBACK_ONLY.items()
    assert len(user["password"]) >= 32
    assert ari.getint("general", "websocket_write_timeout") > 100


def test_ami_stands_on_loopback_with_few_rights(asterisk_server: AsteriskServer) -> None:
    ami = sections(asterisk_server, "manager.conf")
    assert ami.sections() == ["general", asterisk_server.settings.ami_user]
    assert ami["general"]["bindaddr"] == "127.0.0.1"
    assert ami["general"]["webenabled"] == "no"
    user = ami[asterisk_server.settings.ami_user]
    assert dict(user).items() >= LOOPBACK_ONLY.items()
    assert len(user["secret"]) >= 32
    assert user["read"] == "system"
    assert set(user["write"].split(",")) == {"system", "call", "command"}


def test_the_secrets_differ_and_are_only_ours_to_read(asterisk_server: AsteriskServer) -> None:
    assert asterisk_server.ari_password != asterisk_server.ami_password
    settings = asterisk_server.settings
    files = [settings.ari_password_file, settings.ami_password_file, *place(asterisk_server.var).conf.iterdir()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_no_secret_stands_in_the_arguments(asterisk_server: AsteriskServer) -> None:
    arguments = " ".join(psutil.Process(asterisk_server.pid).cmdline())
    assert asterisk_server.ari_password not in arguments
    assert asterisk_server.ami_password not in arguments


def test_no_anonymous_endpoint_and_no_channel_driver_but_sip(asterisk_server: AsteriskServer) -> None:
    modules = conf(asterisk_server, "modules.conf")
    assert "autoload = no" in modules
    loaded = asterisk_server.console("module show")
    assert "res_pjsip_endpoint_identifier_anonymous" not in loaded
    drivers = {line.split()[0] for line in loaded.splitlines() if line.startswith("chan_")}
    assert drivers == {"chan_pjsip.so", "chan_bridge_media.so"}
    for opened in ("func_shell", "app_system", "app_originate", "app_queue", "app_disa", "pbx_spool", "res_agi"):
        assert opened not in loaded
    assert "anonymous" not in conf(asterisk_server, "pjsip.conf")


def test_sound_is_bound_to_its_source_and_silence_ends_a_call(asterisk_server: AsteriskServer) -> None:
    assert sections(asterisk_server, "rtp.conf")["general"]["strictrtp"] == "yes"
    shown = asterisk_server.console("pjsip show endpoint carrier")
    told = dict(line.split(":", 1) for line in shown.splitlines() if " : " in line)
    values = {key.strip(): text.strip() for key, text in told.items()}
    assert int(values["rtp_timeout"]) > 0
    assert int(values["rtp_timeout_hold"]) > 0
    assert values["allow_transfer"] == "false"
    assert values["identify_by"] == "ip"


def test_a_trunk_is_known_by_its_addresses_only(asterisk_server: AsteriskServer) -> None:
    rendered = conf(asterisk_server, "pjsip.conf")
    # One more than trunks: that of the endpoint which refuses Replaces.
    assert rendered.count("type = identify") == len(asterisk_server.settings.trunks) + 1
    assert "match = 127.0.0.2\n" in rendered + "\n"


def test_a_dead_trunk_is_given_up_in_seconds(asterisk_server: AsteriskServer) -> None:
    system = sections(asterisk_server, "pjsip.conf")["system"]
    assert int(system["timer_b"]) == 64 * int(system["timer_t1"]) < 10000
    assert "qualify_frequency = 30" in conf(asterisk_server, "pjsip.conf")


def test_the_dialplan_leads_nowhere_but_to_the_controller(asterisk_server: AsteriskServer) -> None:
    dialplan = conf(asterisk_server, "extensions.conf")
    contexts = [line.strip("[]") for line in dialplan.splitlines() if line.startswith("[")]
    assert contexts == ["general", "trunk", "adopt", "fallback", "phones", "nowhere"]
    assert not any(word in dialplan for word in ("Dial(", "Originate(", "System(", "Queue(", "SHELL", "TrySystem"))
    # Text of the caller's choosing is used filtered only.
    assert dialplan.count("${EXTEN}") == dialplan.count("FILTER(+0-9,${EXTEN})") + dialplan.count(
        "LEN(${EXTEN})"
    ) + dialplan.count("FILTER(+*#0-9,${EXTEN})")


def test_every_context_a_lease_can_run_out_in_has_its_extension(asterisk_server: AsteriskServer) -> None:
    for context in ("trunk", "adopt", "fallback", "phones"):
        assert "'T' =>" in asterisk_server.console(f"dialplan show T@{context}")


def bound(server: AsteriskServer) -> list[tuple[str, int]]:
    """The addresses the running process can be reached at."""
    return [
        (connection.laddr.ip, connection.laddr.port)
        for connection in psutil.Process(server.pid).net_connections("inet")
        if connection.status in {psutil.CONN_LISTEN, psutil.CONN_NONE}
    ]


async def test_the_process_serves_on_loopback_only(ari: Ari) -> None:
    """TCP and SIP stand on loopback. What else is bound are the two client sockets of PJSIP's DNS resolver,
    and the one from which copies of SIP messages go to our own process."""
    settings = ari.server.settings
    loopback = {(host, port) for host, port in bound(ari.server) if ipaddress.ip_address(host).is_loopback}
    # The sound of a call that has just ended may still stand.
    loopback = {(host, port) for host, port in loopback if not settings.rtp_low <= port <= settings.rtp_high}
    assert loopback == {("127.0.0.1", port) for port in (settings.ari_port, settings.ami_port, settings.sip_port)}
    others = [host for host, _ in bound(ari.server) if not ipaddress.ip_address(host).is_loopback]
    assert sorted(others) in ([], ["0.0.0.0"], ["0.0.0.0", "::"], ["0.0.0.0", "0.0.0.0", "::"])


def test_the_client_sockets_do_not_speak_sip(asterisk_server: AsteriskServer) -> None:
    """PJSIP opens them when the machine has name servers, and no setting binds them; but they serve nobody."""
    resolver = [port for host, port in bound(asterisk_server) if host == "0.0.0.0"]
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as client:
        client.bind(("127.0.0.1", 0))
        client.settimeout(LIMIT)
        mine = client.getsockname()[1]
        for port in (*resolver, asterisk_server.settings.sip_port):
            client.sendto(options(mine, port).encode(), ("127.0.0.1", port))
        assert client.recvfrom(4096)[1] == ("127.0.0.1", asterisk_server.settings.sip_port)
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(4096)


def options(mine: int, port: int) -> str:
    """A SIP OPTIONS that anybody who speaks SIP answers."""
    lines = (
        f"OPTIONS sip:127.0.0.1:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{mine};branch=z9hG4bK{port};rport",
        "Max-Forwards: 70",
        f"From: <sip:probe@127.0.0.1>;tag={port}",
        "To: <sip:127.0.0.1>",
        f"Call-ID: probe-{port}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", ""))


def test_asterisk_boots_without_a_complaint() -> None:
    with running_asterisk() as server:
        assert [line for line in server.log.splitlines() if "WARNING" in line or "ERROR" in line] == []


@pytest.mark.parametrize("path", ["httpstatus", "static/", "metrics", "ari/channels", "manager", "rawman"])
def test_http_shows_nothing_without_a_password(asterisk_server: AsteriskServer, path: str) -> None:
    url = f"http://127.0.0.1:{asterisk_server.settings.ari_port}/{path}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, timeout=LIMIT)
    refused.value.close()
    assert refused.value.code in {401, 403, 404}


async def test_an_invite_from_an_address_that_is_no_trunk_is_refused(ari: Ari) -> None:
    async with sip_peer(ari.server, "127.0.0.77") as stranger:
        call = await stranger.invite("0312345678")
        await call.status(401)
        assert await ari.channel_ids() == []


@pytest.mark.parametrize("number", ["abc", "T", "s", "h", "%24%7BEXTEN%7D", "0312345678x", "+8131%22234"])
async def test_a_called_number_that_is_none_is_refused(ari: Ari, number: str) -> None:
    async with sip_peer(ari.server, "127.0.0.2") as carrier:
        call = await carrier.invite(number)
        call.ack(await call.status(404))
        await ari.emptied()

"""The robots against a real Asterisk that has one trunk and three phones and knows nothing of the product."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from robots.phone import (
    Answer,
    Caller,
    Credentials,
    Ignore,
    OutgoingCall,
    Phone,
    Redirect,
    RegistrationRefused,
    Reject,
    Side,
    Stage,
)
from robots.rtp import tone_in
from robots.transactions import Address
from robots.transport import Way
from tests.services import free_port

VERSION = "22.10.1"
PASSWORDS = {"100": "one-hundred-secret", "101": "one-hundred-one-secret", "102": "one-hundred-two-secret"}

MODULES = """
res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd res_musiconhold res_rtp_asterisk
res_pjproject res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_authenticator_digest
res_pjsip_endpoint_identifier_ip
res_pjsip_endpoint_identifier_user res_pjsip_registrar res_pjsip_caller_id res_pjsip_refer res_pjsip_pubsub
res_pjsip_rfc3326 res_pjsip_dtmf_info chan_pjsip codec_ulaw codec_alaw pbx_config app_dial app_stack bridge_simple
bridge_native_rtp bridge_builtin_features bridge_softmix
"""

DIALPLAN = """
[outside]
exten => _10X,1,Dial(PJSIP/${EXTEN},30)
 same => n,Hangup()
exten => +81312345678,1,Dial(PJSIP/100,30)
 same => n,Hangup()
[inside]
exten => _10X,1,Dial(PJSIP/${EXTEN},30)
 same => n,Hangup()
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running Asterisk."""

    sip: Address


def tree() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "denwaban" / f"asterisk-{VERSION}"


def write_conf(conf: Path, root: Path, port: int) -> None:
    libraries = next((root / "usr/lib").glob("*/asterisk/modules"))
    own = {"astvarlibdir": "lib", "astdbdir": "lib", "astkeydir": "lib", "astspooldir": "spool", "astrundir": "run"}
    folders = {name: conf / folder for name, folder in own.items()}
    folders |= {"astetcdir": conf, "astlogdir": conf / "log"}
    folders |= {"astmoddir": libraries, "astdatadir": root / "usr/share/asterisk"}
    for name in ("lib", "spool", "run", "log"):
        (conf / name).mkdir()
    lines = "\n".join(f"{name} => {folder}" for name, folder in folders.items())
    (conf / "asterisk.conf").write_text(f"[directories]\n{lines}\n")
    (conf / "modules.conf").write_text(
        "[modules]\nautoload=no\n" + "".join(f"load={name}.so\n" for name in MODULES.split())
    )
    (conf / "logger.conf").write_text("[logfiles]\nmessages => notice,warning,error\n")
    (conf / "rtp.conf").write_text("[general]\nrtpstart=26000\nrtpend=26399\nstrictrtp=yes\n")
    (conf / "extensions.conf").write_text(DIALPLAN)
    (conf / "pjsip.conf").write_text(pjsip(port))


def pjsip(port: int) -> str:
    text = f"""
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[trunk]
type=endpoint
context=outside
disallow=all
allow=ulaw,alaw
direct_media=no
[trunk]
type=identify
endpoint=trunk
match=127.0.0.2
"""
    for name, password in PASSWORDS.items():
        algorithm = "SHA-256" if name == "101" else "MD5"
        text += f"""
[{name}]
type=endpoint
context=inside
disallow=all
allow={"alaw" if name == "101" else "ulaw"}
direct_media=no
auth={name}
aors={name}
callerid=<{name}>
[{name}]
type=auth
auth_type=digest
username={name}
password={password}
supported_algorithms_uas={algorithm}
[{name}]
type=aor
max_contacts=1
remove_existing=yes
minimum_expiration=1
"""
    return text


async def until_it_answers(sip: Address) -> None:
    """OPTIONS is repeated by the robot until the server is up."""
    async with await Caller.open(Stage(), "127.0.0.2") as probe:
        call = probe.dial("nobody", to=sip)
        await call.ended(30)
        assert call.status == 404


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    conf, root, port = tmp_path_factory.mktemp("asterisk"), tree(), free_port()
    write_conf(conf, root, port)
    loader = next((root / "usr").glob("lib*/ld-linux-*.so.*"))
    libraries = next((root / "usr/lib").glob("*/asterisk")).parent
    command = [str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk")]
    with (conf / "log/output").open("wb") as output:
        process = subprocess.Popen(
            [*command, "-C", str(conf / "asterisk.conf"), "-f"], stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
        try:
            asyncio.run(until_it_answers(("127.0.0.1", port)))
            yield Server(("127.0.0.1", port))
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


@dataclass(frozen=True, slots=True)
class Cast:
    """Three registered phones, each with its tone, and a caller with 440 Hz."""

    server: Server
    caller: Caller
    first: Phone
    second: Phone
    third: Phone

    def dial(self, number: str) -> OutgoingCall:
        return self.caller.dial(number, to=self.server.sip, tone_hz=440)


@pytest.fixture
async def cast(server: Server) -> AsyncIterator[Cast]:
    stage = Stage(random=Random())
    async with AsyncExitStack() as stack:
        caller = await stack.enter_async_context(await Caller.open(stage, "127.0.0.2"))
        phones = []
        for name, tone in (("100", 1000), ("101", 1500), ("102", 2000)):
            phone = await Phone.open(stage, name, Credentials(name, PASSWORDS[name]), server.sip, tone_hz=tone)
            phones.append(await stack.enter_async_context(phone))
            await phone.register()
        yield Cast(server, caller, *phones)


async def test_a_phone_registers_by_digest_with_md5_and_with_sha_256(cast: Cast) -> None:
    for phone in (cast.first, cast.second):
        answers = [seen.method_or_status for seen in phone.log if seen.direction is Way.RECEIVED]
        assert answers == ["401", "200"]
        assert phone.registration.bound


async def test_a_wrong_password_is_refused(server: Server) -> None:
    async with await Phone.open(Stage(), "100", Credentials("100", "wrong"), server.sip) as phone:
        with pytest.raises(RegistrationRefused) as refused:
            await phone.register()
        assert refused.value.status == 401
        assert not phone.registration.bound


async def test_a_registration_is_refreshed_before_it_runs_out(server: Server) -> None:
    async with await Phone.open(Stage(), "102", Credentials("102", PASSWORDS["102"]), server.sip, expires=2) as phone:
        await phone.register()
        await phone.registration.renewed()
        assert phone.registration.bound
        await phone.unregister()
        assert not phone.registration.bound


async def test_a_call_through_asterisk_carries_both_tones(cast: Cast) -> None:
    call = cast.dial("+81312345678")
    rung = await cast.first.rung()
    await call.answered()
    talk = datetime.now(UTC)
    await call.rtp.hears(1000, window=0.5)
    await rung.rtp.hears(440, window=0.5)
    at_caller, at_phone = call.rtp.heard_since(talk), rung.rtp.heard_since(talk)
    assert tone_in(at_caller, 1000) - tone_in(at_caller, 440) >= 40
    assert tone_in(at_phone, 440) - tone_in(at_phone, 1000) >= 40
    call.hang_up()
    await rung.ended()
    assert rung.ended_by is Side.PEER


async def test_a_law_meets_mu_law_and_the_tones_survive(cast: Cast) -> None:
    call = cast.dial("101")
    await call.answered()
    await call.rtp.hears(1500)
    rung = await cast.second.rung()
    await rung.rtp.hears(440)
    assert await rung.bye() == 200
    await call.ended()
    assert call.ended_by is Side.PEER


async def test_digits_pass_in_both_directions(cast: Cast) -> None:
    call = cast.dial("100")
    rung = await cast.first.rung()
    await call.answered()
    await rung.rtp.hears(440)
    call.send_dtmf("1299#")
    await rung.rtp.hears_digits("1299#")
    rung.send_dtmf("*07")
    await call.rtp.hears_digits("*07")
    assert "".join(digit.digit for digit in rung.rtp.digits) == "1299#"


async def test_hold_silences_the_caller_and_unhold_brings_the_agent_back(cast: Cast) -> None:
    call = cast.dial("100")
    rung = await cast.first.rung()
    await call.answered()
    await call.rtp.hears(1000)
    assert await rung.hold() == 200
    await call.rtp.misses(1000)
    assert await rung.unhold() == 200
    await call.rtp.hears(1000)
    await rung.rtp.hears(440)


@pytest.mark.parametrize("status", [486, 603])
async def test_a_refusal_ends_the_call(cast: Cast, status: int) -> None:
    cast.first.behaviour = Reject(status)
    call = cast.dial("100")
    await call.ended()
    rung = await cast.first.rung()
    assert rung.status == status
    assert call.status is not None
    assert call.status >= 400


async def test_an_ignored_call_is_cancelled_by_the_caller(cast: Cast) -> None:
    cast.first.behaviour = Ignore()
    call = cast.dial("100")
    rung = await cast.first.rung()
    await call.ringing()
    call.hang_up()
    await call.ended()
    await rung.ended()
    assert (call.status, rung.status) == (487, 487)
    assert "CANCEL" in [seen.method_or_status for seen in cast.first.log_of(rung) if seen.direction is Way.RECEIVED]


async def test_a_phone_that_answers_late_and_hangs_up_ends_the_callers_call(cast: Cast) -> None:
    cast.first.behaviour = Answer(after=0.3, hang_up_after=0.3)
    call = cast.dial("100")
    await call.answered()
    await call.ended()
    assert call.ended_by is Side.PEER


async def test_refer_moves_the_caller_to_another_phone(cast: Cast) -> None:
    call = cast.dial("100")
    rung = await cast.first.rung()
    await call.answered()
    await call.rtp.hears(1000)
    assert await rung.refer("102") == 202
    await (await cast.third.rung()).answered()
    await call.rtp.hears(2000)
    assert await rung.transferred() == 200
    await call.rtp.misses(1000)


async def test_refer_with_replaces_joins_two_calls_of_one_phone(cast: Cast) -> None:
    call = cast.dial("100")
    rung = await cast.first.rung()
    await call.answered()
    consult = cast.first.dial("102")
    await consult.answered()
    await consult.rtp.hears(2000)
    assert await rung.refer_replaces(consult) == 202
    await call.rtp.hears(2000)
    other = await cast.third.rung()
    await other.rtp.hears(440)
    await consult.ended()


async def test_a_redirection_rings_the_other_phone(cast: Cast) -> None:
    cast.first.behaviour = Redirect("102")
    call = cast.dial("100")
    rung = await cast.first.rung()
    await call.answered()
    await call.rtp.hears(2000)
    assert rung.status == 302

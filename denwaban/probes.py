"""Ask a child whether it answers, each in its own language."""

from __future__ import annotations

import asyncio
import secrets

import httpx2

LIMIT = 2.0
"""Seconds one question may take."""


async def answers_http(url: str, user: str = "", password: str = "") -> bool:
    """Whether a GET is answered with 2xx."""
    auth = (user, password) if user else None
    try:
        # No proxy of the environment may stand between us and our own loopback; there is no TLS to verify.
        async with httpx2.AsyncClient(timeout=LIMIT, auth=auth, trust_env=False, verify=False) as client:
            return (await client.get(url)).is_success
    except httpx2.HTTPError:
        return False


async def answers_sip(host: str, port: int) -> bool:
    """Whether an OPTIONS over UDP gets any SIP response (RFC 3261 section 11): a living process may be deaf."""
    loop = asyncio.get_running_loop()
    transport, answer = await loop.create_datagram_endpoint(_Answer, remote_addr=(host, port))
    try:
        transport.sendto(_options(host, port, transport.get_extra_info("sockname")))
        async with asyncio.timeout(LIMIT):
            return await answer.arrived
    except TimeoutError:
        return False
    finally:
        transport.close()


class _Answer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.arrived: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._arrive(data.startswith(b"SIP/2.0 "))

    def error_received(self, exc: Exception) -> None:
        self._arrive(False)

    def _arrive(self, fine: bool) -> None:
        if not self.arrived.done():
            self.arrived.set_result(fine)


def _options(host: str, port: int, own: tuple[str, int]) -> bytes:
    there, here = f"{_bracketed(host)}:{port}", f"{_bracketed(own[0])}:{own[1]}"
    lines = [
        f"OPTIONS sip:{there} SIP/2.0",
        f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{secrets.token_hex(8)};rport",
        "Max-Forwards: 1",
        f"From: <sip:probe@{here}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{there}>",
        f"Call-ID: {secrets.token_hex(8)}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:probe@{here}>",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host

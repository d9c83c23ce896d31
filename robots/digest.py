"""Answers digest challenges of registrars and trunks (RFC 7616, RFC 8760)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_HASHES: dict[str, Callable[[bytes], str]] = {
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
}


class NoUsableChallenge(ValueError):
    """No challenge with MD5 or SHA-256 and, if it names a qop at all, with qop auth."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password of one endpoint."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """One WWW-Authenticate or Proxy-Authenticate value."""

    realm: str
    nonce: str
    algorithm: str
    qop: bool
    opaque: str | None
    stale: bool


def parse_challenge(value: str) -> Challenge | None:
    """The challenge, or None when it is one that we cannot answer."""
    scheme, _, rest = value.strip().partition(" ")
    pairs = re.findall(r'([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,]+))', rest)
    told = {name.lower(): quoted or plain for name, quoted, plain in pairs}
    algorithm = told.get("algorithm", "MD5").upper()
    qops = [qop.strip() for qop in told.get("qop", "").split(",") if qop.strip()]
    if scheme.lower() != "digest" or algorithm not in _HASHES or "nonce" not in told or (qops and "auth" not in qops):
        return None
    return Challenge(
        told.get("realm", ""),
        told["nonce"],
        algorithm,
        bool(qops),
        told.get("opaque"),
        told.get("stale", "").lower() == "true",
    )


def choose(values: Iterable[str]) -> Challenge:
    """The strongest challenge that we can answer; NoUsableChallenge when there is none."""
    usable = [challenge for value in values if (challenge := parse_challenge(value)) is not None]
    if not usable:
        raise NoUsableChallenge
    return min(usable, key=lambda challenge: list(_HASHES).index(challenge.algorithm))


def authorization(challenge: Challenge, who: Credentials, method: str, uri: str, cnonce: str) -> str:
    """The value of (Proxy-)Authorization for one request; a nonce is used once, so its count is always 1."""
    digest = _HASHES[challenge.algorithm]
    secret = digest(f"{who.username}:{challenge.realm}:{who.password}".encode())
    act = digest(f"{method}:{uri}".encode())
    if challenge.qop:
        response = digest(f"{secret}:{challenge.nonce}:00000001:{cnonce}:auth:{act}".encode())
    else:
        response = digest(f"{secret}:{challenge.nonce}:{act}".encode())
    parts = [
        f'username="{who.username}"',
        f'realm="{challenge.realm}"',
        f'nonce="{challenge.nonce}"',
        f'uri="{uri}"',
        f'response="{response}"',
        f"algorithm={challenge.algorithm}",
    ]
    if challenge.qop:
        parts += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    if challenge.opaque is not None:
        parts.append(f'opaque="{challenge.opaque}"')
    return "Digest " + ", ".join(parts)

"""The operations on SIP endpoints: their state, and bringing them into a running Asterisk."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from asterisk.names import safe
from asterisk.request import Method, Request

CODECS: Final = ("opus", "g722", "ulaw", "alaw")
BROWSER: Final = ".browser"
"""How the name of the endpoint ends that a person has in his browser, beside that of his desk phone."""
_WEBRTC: Final = {
    "webrtc": "yes",
    # Browsers come through the relay of the api only: from elsewhere the secret opens nothing.
    "deny": "0.0.0.0/0.0.0.0",
    "permit": "127.0.0.1/255.255.255.255",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """An endpoint of a person: registers with its own name and a long random secret, `web` from a browser.

    `media_host` is the address its sound is bound to (AsteriskSettings.sip_host).
    """

    name: str
    secret: str = field(repr=False)
    media_host: str
    web: bool = False
    contacts: int = 1
    codecs: tuple[str, ...] = CODECS


@dataclass(frozen=True, slots=True)
class Carrier:
    """An endpoint of a carrier: recognised by its addresses only, called and qualified at `contact`."""

    name: str
    match: tuple[str, ...]
    media_host: str
    contact: str | None = None
    codecs: tuple[str, ...] = ("ulaw", "alaw")


def in_browser(phone: Phone) -> Phone:
    """The second endpoint of the same person, for his browser (DTLS-SRTP, ICE, Opus).

    Its secret comes of the desk phone's and does not give that away, so a browser never holds what a desk phone needs.
    """
    secret = hmac.new(phone.secret.encode(), b"denwaban browser", sha256).hexdigest()
    # Opus alone: a leg asks for what carriers speak, and a browser takes the first codec that it is offered.
    return replace(phone, name=phone.name + BROWSER, secret=secret, web=True, codecs=("opus",))


def desk(name: str) -> str:
    """The name of the person's desk phone, of either of his endpoints."""
    return name.removesuffix(BROWSER)


Fields = Mapping[str, str]


def list_all() -> Request:
    """All PJSIP endpoints with their state and channels."""
    return Request(Method.GET, "endpoints/PJSIP")


def push(endpoint: Phone | Carrier) -> tuple[Request, ...]:
    """The requests, in this order, that create or replace the endpoint. It vanishes with Asterisk: push again then.

    What the endpoint refers to comes first; a reload keeps it (sorcery.conf maps these types to memory).
    """
    if isinstance(endpoint, Phone):
        return _phone(endpoint)
    return _carrier(endpoint)


def withdraw(endpoint: Phone | Carrier) -> tuple[Request, ...]:
    """The requests that remove it again; `Gone` answers are fine."""
    kinds = ("endpoint", "aor", "auth") if isinstance(endpoint, Phone) else ("identify", "endpoint", "aor")
    return tuple(Request(Method.DELETE, _uri(kind, endpoint.name)) for kind in kinds)


def _phone(phone: Phone) -> tuple[Request, ...]:
    name = safe(phone.name)
    auth = {"auth_type": "userpass", "username": name, "password": phone.secret}
    aor = {"max_contacts": str(phone.contacts), "remove_existing": "yes", "qualify_frequency": "0"}
    endpoint = {
        **_common("phones", phone.codecs, phone.media_host),
        "auth": name,
        "aors": name,
        "identify_by": "username",
        "allow_subscribe": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        **(_WEBRTC if phone.web else {}),
    }
    return (_put("auth", name, auth), _put("aor", name, aor), _put("endpoint", name, endpoint))


def _carrier(carrier: Carrier) -> tuple[Request, ...]:
    name = safe(carrier.name)
    aor = {"qualify_frequency": "30", "qualify_timeout": "2.0"}
    if carrier.contact is not None:
        aor["contact"] = carrier.contact
    endpoint = {
        **_common("trunk", carrier.codecs, carrier.media_host),
        "aors": name,
        "identify_by": "ip",
        "allow_transfer": "no",
    }
    identify = {"endpoint": name, "match": ",".join(carrier.match)}
    return (_put("aor", name, aor), _put("endpoint", name, endpoint), _put("identify", name, identify))


def _common(context: str, codecs: tuple[str, ...], media_host: str) -> dict[str, str]:
    return {
        "context": context,
        "disallow": "all",
        "allow": ",".join(codecs),
        "direct_media": "no",
        "rtp_timeout": "30",
        "rtp_timeout_hold": "300",
        "timers": "yes",
        "media_address": media_host,
        "bind_rtp_to_media_address": "yes",
        "allow_overlap": "no",
    }


def _put(kind: str, name: str, fields: Fields) -> Request:
    listed = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
    return Request(Method.PUT, _uri(kind, name), (), {"fields": listed})


def _uri(kind: str, name: str) -> str:
    return f"asterisk/config/dynamic/res_pjsip/{kind}/{safe(name)}"

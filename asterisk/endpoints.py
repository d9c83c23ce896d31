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
QUALIFY: Final = "5"
"""Seconds between two looks by OPTIONS whether a carrier lives; two more without an answer and it is dead."""
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
class Registration:
    """How Asterisk registers at a carrier: `server` is host or host:port."""

    server: str
    username: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Carrier:
    """An endpoint of a carrier: recognised by its addresses, or by the registration that its calls answer to.

    It is called and qualified at `contact` (None: at the server of the registration, if there is one). `asserted`: who
    calls stands in P-Asserted-Identity, also when his number is withheld (RFC 3325), and is believed there.
    """

    name: str
    match: tuple[str, ...]
    media_host: str
    contact: str | None = None
    codecs: tuple[str, ...] = ("ulaw", "alaw")
    registration: Registration | None = None
    asserted: bool = False


def in_browser(phone: Phone) -> Phone:
    """The second endpoint of the same person, for his browser (DTLS-SRTP, ICE, Opus).

    Its secret is told to nobody: with it the endpoint stands closed until a session brings one of its own.
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
    return Request(Method.GET, "endpoints/PJSIP", large=True)


def one(name: str) -> Request:
    """One PJSIP endpoint with its state and channels."""
    return Request(Method.GET, f"endpoints/PJSIP/{safe(name)}")


def push(endpoint: Phone | Carrier) -> tuple[Request, ...]:
    """The requests, in this order, that create the endpoint or replace a phone; a phone's endpoint itself is the last.

    It vanishes with Asterisk: push again then. What the endpoint refers to comes first; a reload keeps it (sorcery.conf
    maps these types to memory). A carrier is withdrawn before it is pushed in another shape: addresses and contacts
    are added to those there were.
    """
    if isinstance(endpoint, Phone):
        return _phone(endpoint)
    return _carrier(endpoint)


def secret(phone: Phone) -> Request:
    """The phone's name and secret alone, where the rest stands already."""
    return put("auth", phone.name, {"auth_type": "userpass", "username": safe(phone.name), "password": phone.secret})


def withdraw(endpoint: Phone | Carrier) -> tuple[Request, ...]:
    """The requests that remove it again; `Gone` answers are fine."""
    if isinstance(endpoint, Carrier):
        return withdraw_carrier(endpoint.name)
    return tuple(_delete(kind, endpoint.name) for kind in ("endpoint", "aor", "auth"))


def withdraw_carrier(name: str) -> tuple[Request, ...]:
    """The same for a carrier of which only the name is known.

    The credentials of its registration stay behind: Asterisk needs them for the REGISTER that ends it.
    """
    return (end_registration(name), *(_delete(kind, name) for kind in ("identify", "endpoint", "aor")))


def end_registration(name: str) -> Request:
    """Registers a carrier's endpoint no longer; `Gone` where it never was."""
    return _delete("registration", name)


def _phone(phone: Phone) -> tuple[Request, ...]:
    name = safe(phone.name)
    aor = {"max_contacts": str(phone.contacts), "remove_existing": "yes", "qualify_frequency": "0"}
    endpoint = {
        **common("phones", phone.codecs, phone.media_host),
        "auth": name,
        "aors": name,
        "identify_by": "username",
        "allow_subscribe": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        **(_WEBRTC if phone.web else {}),
    }
    return (secret(phone), put("aor", name, aor), put("endpoint", name, endpoint))


def _carrier(carrier: Carrier) -> tuple[Request, ...]:
    name, login = safe(carrier.name), carrier.registration
    contact = carrier.contact or (f"sip:{login.server}" if login is not None else None)
    aor = {"qualify_frequency": QUALIFY, "qualify_timeout": "2.0", **({"contact": contact} if contact else {})}
    yes_or_no = "yes" if carrier.asserted else "no"
    endpoint = {
        **common("trunk", carrier.codecs, carrier.media_host),
        "aors": name,
        "identify_by": "ip",
        "send_pai": yes_or_no,
        "trust_id_outbound": yes_or_no,
        "trust_id_inbound": yes_or_no,
        **({"outbound_auth": name} if login is not None else {}),
    }
    return (
        *(() if login is None else (put("auth", name, _credentials(login)),)),
        put("aor", name, aor),
        put("endpoint", name, endpoint),
        *((put("identify", name, {"endpoint": name, "match": ",".join(carrier.match)}),) if carrier.match else ()),
        *(() if login is None else (put("registration", name, _registration(name, login)),)),
    )


def _credentials(login: Registration) -> Fields:
    return {"auth_type": "userpass", "username": login.username, "password": login.secret}


def _registration(name: str, login: Registration) -> Fields:
    return {
        "server_uri": f"sip:{login.server}",
        "client_uri": f"sip:{login.username}@{login.server}",
        "contact_user": login.username,
        "outbound_auth": name,
        "expiration": "300",
        "retry_interval": "10",
        "forbidden_retry_interval": "60",
        "max_retries": "1000000",
        "auth_rejection_permanent": "no",
        "max_random_initial_delay": "0",
        # The carrier's calls name the line in their request URI, from whatever address they come.
        "line": "yes",
        "endpoint": name,
    }


def common(context: str, codecs: tuple[str, ...], media_host: str) -> dict[str, str]:
    """What every endpoint of ours has."""
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
        # Answered with 603: a REFER that is let through can end Asterisk itself (docs/asterisk-facts.md).
        "allow_transfer": "no",
    }


def put(kind: str, name: str, fields: Fields) -> Request:
    """Bring one object of res_pjsip into Asterisk."""
    listed = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
    return Request(Method.PUT, _uri(kind, name), (), {"fields": listed})


def _delete(kind: str, name: str) -> Request:
    return Request(Method.DELETE, _uri(kind, name))


def _uri(kind: str, name: str) -> str:
    return f"asterisk/config/dynamic/res_pjsip/{kind}/{safe(name)}"

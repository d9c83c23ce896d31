"""Trunks and lines as the platform reads and writes them."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.schemas.common import Shape, Wanted
from api.schemas.contradictions import contradiction
from numbering.lines import Health
from store.trunks import CODECS, CallerHeader

NAME_PATTERN: Final = r"^[a-z0-9][a-z0-9_-]{0,62}$"
_WIDEST: Final = {4: 16, 6: 48}
"""The fewest bits of a network that may be a carrier: wider, and everybody could pretend to be it."""
_HOST: Final = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_SERVER: Final = re.compile(rf"{_HOST}(?::(\d{{1,5}}))?")
_CONTACT: Final = re.compile(rf"sip:(?:[A-Za-z0-9_.+-]{{1,64}}@)?{_HOST}(?::(\d{{1,5}}))?(?:;transport=(?:udp|tcp))?")
_HIGHEST_PORT: Final = 65535


def _address(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise contradiction("not_an_address") from None
    if network.prefixlen < _WIDEST[network.version]:
        raise contradiction("network_too_wide")
    if network.is_multicast or network.is_unspecified:
        raise contradiction("not_an_address")
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _server(text: str) -> str:
    return _with_port(text, _SERVER)


def _contact(text: str) -> str:
    return _with_port(text, _CONTACT)


def _with_port(text: str, shape: re.Pattern[str]) -> str:
    found = shape.fullmatch(text)
    if found is None:
        raise contradiction("not_a_server")
    if found.group(1) is not None and not 1 <= int(found.group(1)) <= _HIGHEST_PORT:
        raise contradiction("not_a_server")
    return text


Text = Annotated[str, StringConstraints(max_length=255)]
Address = Annotated[Text, AfterValidator(_address)]
Codec = Literal["ulaw", "alaw", "g722", "opus", "gsm"]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]


class LoginWanted(Wanted):
    """How to register at the carrier. `secret` may be left out of a change: the one there is stays."""

    server: Annotated[Text, AfterValidator(_server)]
    username: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]{1,64}$")]
    secret: Annotated[str | None, Field(pattern=r"^[\x21-\x7e]{1,128}$")] = None


class TrunkWanted(Wanted):
    """A trunk as it is to be. `addresses`: IP addresses or networks of its callers; `contact`: where it is called.

    `channels`: calls in and out that it carries at once, null: not limited; one more out goes over the next trunk.
    """

    addresses: Annotated[tuple[Address, ...], Field(max_length=64)] = ()
    contact: Annotated[Text, AfterValidator(_contact)] | None = None
    registration: LoginWanted | None = None
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1, max_length=5)] = CODECS
    caller_header: CallerHeader = CallerHeader.FROM
    order: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    channels: Annotated[int | None, Field(ge=0, le=100_000)] = None

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        if not self.addresses and self.contact is None and self.registration is None:
            raise contradiction("trunk_nowhere")
        for field, listed in (("addresses", self.addresses), ("codecs", self.codecs)):
            if len(set(listed)) != len(listed):
                raise contradiction("twice", field)
        return self


class Login(Shape):
    """Where it is registered; the secret is never given."""

    server: str
    username: str


class Trunk(Shape):
    """A trunk and whether it answers. `in_force`: Asterisk knows it; false: it will, once the controller is back."""

    name: str
    version: int
    addresses: list[str]
    contact: str | None
    registration: Login | None
    codecs: list[str]
    caller_header: CallerHeader
    order: int
    channels: int | None = None
    state: Health = Health.UNKNOWN
    in_force: bool | None = None


class LineWanted(Wanted):
    """A line as it is to be. `trunks`: in the order in which they are tried.

    `channels`: calls at once, null: as many as were bought, or not limited. `emergency`: whether 110, 118 and 119 may
    be called over it, which needs an address that is registered for it.
    """

    trunks: Annotated[tuple[Name, ...], Field(max_length=32)] = ()
    channels: Annotated[int | None, Field(ge=0, le=100_000)] = None
    emergency: bool = False

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.trunks)) != len(self.trunks):
            raise contradiction("twice", "trunks")
        return self


class Line(Shape):
    """A line. `clause`: by which rule its channels are limited."""

    id: str
    version: int
    trunks: list[str]
    channels: int | None
    clause: str
    emergency: bool
    in_force: bool | None = None

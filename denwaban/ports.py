"""See before anything is started whether the ports an instance wants are free, and name the setting when one is not."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from denwaban.errors import PortTaken


class Transport(StrEnum):
    """What is spoken on a port."""

    TCP = "tcp"
    UDP = "udp"


@dataclass(frozen=True, slots=True)
class PortNeed:
    """A port a child will listen on and the setting that moves it."""

    setting: str
    host: str
    port: int
    transport: Transport = Transport.TCP


def check_free(needs: Iterable[PortNeed]) -> None:
    """Raises PortTaken for the first port that somebody else listens on."""
    for need in needs:
        family = socket.AF_INET6 if ":" in need.host else socket.AF_INET
        kind = socket.SOCK_STREAM if need.transport is Transport.TCP else socket.SOCK_DGRAM
        with socket.socket(family, kind) as probe:
            if kind == socket.SOCK_STREAM:
                # As servers do: a connection in TIME_WAIT is no reason to refuse.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((need.host, need.port))
            except OSError as taken:
                raise PortTaken(
                    f"{need.transport} port {need.port} on {need.host} cannot be used ({taken.strerror}); "
                    f"set {need.setting} to a free one."
                ) from taken

"""Addresses requests within one call (RFC 3261 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from robots.sip import Field, Headers, MalformedMessage, Message, Request, parameter, parse_uri, uri_in
from robots.transactions import Address


@dataclass(slots=True)
class Dialog:
    """Both ends' names with their tags, where the other end is, the route to it, and the last CSeq of ours.

    peer is the address the first message went to or came from, used when the other end's Contact is no IPv4 address.
    """

    call_id: str
    local: str
    remote: str
    target: str
    peer: Address
    routes: tuple[str, ...] = ()
    cseq: int = 0

    @property
    def next_hop(self) -> Address:
        """Where requests go: the first route, else the other end's Contact."""
        try:
            uri = parse_uri(uri_in(self.routes[0]) if self.routes else self.target)
            return str(IPv4Address(uri.host)), uri.port or 5060
        except (MalformedMessage, AddressValueError):
            return self.peer

    @property
    def remote_tag(self) -> str:
        """The other end's tag, empty before it is known."""
        return parameter(self.remote, "tag") or ""

    @property
    def local_tag(self) -> str:
        """Our tag."""
        return parameter(self.local, "tag") or ""

    def request(
        self,
        method: str,
        via: str,
        contact: str,
        fields: Iterable[Field] = (),
        body: bytes = b"",
        cseq: int | None = None,
    ) -> Request:
        """The next request, or with cseq given one of that number (ACK, CANCEL)."""
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        head = [("Via", via), ("Max-Forwards", "70"), *(("Route", route) for route in self.routes)]
        head += [("From", self.local), ("To", self.remote), ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}")]
        if method in ("INVITE", "REFER", "UPDATE"):
            head.append(("Contact", contact))
        return Request(headers=Headers((*head, *fields)), body=body, method=method, uri=self.target)

    def learn(self, message: Message, *, routes: bool) -> None:
        """Take over the other end's Contact and, when we called, its tag and the route back (12.1.2)."""
        contacts = message.headers.all("Contact")
        if contacts:
            self.target = uri_in(contacts[0])
        if routes:
            self.remote = message.headers.need("To")
            self.routes = tuple(reversed(message.headers.all("Record-Route")))

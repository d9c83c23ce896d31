"""Reads and writes SIP messages (RFC 3261) as immutable values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

Field = tuple[str, str]

_COMPACT = {
    "i": "Call-ID",
    "m": "Contact",
    "e": "Content-Encoding",
    "l": "Content-Length",
    "c": "Content-Type",
    "f": "From",
    "s": "Subject",
    "k": "Supported",
    "t": "To",
    "v": "Via",
    "o": "Event",
    "r": "Refer-To",
    "u": "Allow-Events",
    "b": "Referred-By",
    "x": "Session-Expires",
}
_LISTS = frozenset({"via", "route", "record-route", "contact", "allow", "supported", "require", "accept"})
_NEEDED = ("Via", "From", "To", "Call-ID", "CSeq")
_REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    603: "Decline",
}


class MalformedMessage(ValueError):
    """The bytes are no SIP message, or a field that every message needs is missing (RFC 3261 8.1.1)."""


@dataclass(frozen=True, slots=True)
class CSeq:
    """Number and method of a request within its dialog (RFC 3261 20.16)."""

    number: int
    method: str


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in their order; names compare without regard to case, compact names are spelt out."""

    items: tuple[Field, ...] = ()

    def get(self, name: str) -> str | None:
        """The first field of that name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.items if key.lower() == wanted), None)

    def need(self, name: str) -> str:
        """The first field of that name; MalformedMessage when there is none."""
        value = self.get(name)
        if value is None:
            raise MalformedMessage(f"no {name}")
        return value

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name, comma-separated lists taken apart where the field is a list."""
        wanted = name.lower()
        values = [value for key, value in self.items if key.lower() == wanted]
        if wanted in _LISTS:
            return tuple(part for value in values for part in split_list(value))
        return tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What requests and responses have in common."""

    headers: Headers
    body: bytes = b""

    @property
    def call_id(self) -> str:
        """The Call-ID field."""
        return self.headers.need("Call-ID")

    @property
    def cseq(self) -> CSeq:
        """The CSeq field, read."""
        number, _, method = self.headers.need("CSeq").strip().partition(" ")
        if not number.isdigit() or not method.strip():
            raise MalformedMessage("CSeq is not a number and a method")
        return CSeq(int(number), method.strip())

    @property
    def branch(self) -> str:
        """The branch of the topmost Via, which names the transaction (RFC 3261 17.1.3)."""
        return parameter(self.headers.all("Via")[0], "branch") or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Message):
    """A request: method and the URI it is for."""

    method: str
    uri: str

    @property
    def line(self) -> str:
        """The start line as it stands on the wire."""
        return f"{self.method} {self.uri} SIP/2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Message):
    """A response: status code and reason phrase."""

    status: int
    reason: str

    @property
    def line(self) -> str:
        """The start line as it stands on the wire."""
        return f"SIP/2.0 {self.status} {self.reason}"


@dataclass(frozen=True, slots=True)
class Uri:
    """A SIP URI without its parameters; port is None when the URI names none."""

    user: str
    host: str
    port: int | None


def parse(datagram: bytes) -> Request | Response:
    """One UDP datagram as a message; bytes after Content-Length are dropped (RFC 3261 18.3)."""
    head, gap, body = datagram.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not gap:
        raise MalformedMessage("no empty line after the headers")
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        raise MalformedMessage("headers are not UTF-8") from error
    start, *lines = re.sub(r"\r\n[ \t]+", " ", text).split("\r\n")
    headers = Headers(tuple(_field(line) for line in lines))
    for name in _NEEDED:
        headers.need(name)
    body = _body(headers, body)
    first, _, rest = start.partition(" ")
    if first == "SIP/2.0":
        status, _, reason = rest.partition(" ")
        if not re.fullmatch(r"[1-6]\d\d", status):
            raise MalformedMessage("status is not a code from 100 to 699")
        message: Request | Response = Response(headers=headers, body=body, status=int(status), reason=reason)
    else:
        uri, _, version = rest.partition(" ")
        if version != "SIP/2.0" or not first or not uri:
            raise MalformedMessage("not a SIP/2.0 start line")
        message = Request(headers=headers, body=body, method=first, uri=uri)
    if message.cseq.number < 0 or not headers.all("Via"):
        raise MalformedMessage("no usable Via")
    return message


def _field(line: str) -> Field:
    name, colon, value = line.partition(":")
    name = name.strip()
    if not colon or not name:
        raise MalformedMessage("a header line without a name")
    return _COMPACT.get(name.lower(), name), value.strip()


def _body(headers: Headers, body: bytes) -> bytes:
    told = headers.get("Content-Length")
    if told is None:
        return body
    if not told.isdigit() or int(told) > len(body):
        raise MalformedMessage("Content-Length and body disagree")
    return body[: int(told)]


def encode(message: Request | Response) -> bytes:
    """The message as bytes, with the Content-Length that is true."""
    lines = [message.line]
    lines += [f"{name}: {value}" for name, value in message.headers.items if name.lower() != "content-length"]
    lines.append(f"Content-Length: {len(message.body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + message.body


def reply(
    request: Request,
    status: int,
    *,
    to_tag: str | None = None,
    fields: Iterable[Field] = (),
    body: bytes = b"",
    reason: str | None = None,
) -> Response:
    """A response to the request with the fields that RFC 3261 8.2.6.2 asks for; Record-Route is kept (12.1.1)."""
    to = request.headers.need("To")
    if to_tag is not None and parameter(to, "tag") is None:
        to = f"{to};tag={to_tag}"
    kept = [("Via", via) for via in request.headers.all("Via")]
    kept += [("Record-Route", route) for route in request.headers.all("Record-Route")]
    kept += [("From", request.headers.need("From")), ("To", to)]
    kept += [(name, request.headers.need(name)) for name in ("Call-ID", "CSeq")]
    return Response(
        headers=Headers((*kept, *fields)),
        body=body,
        status=status,
        reason=reason or _REASONS.get(status, "Other"),
    )


def came_from(request: Request, host: str, port: int) -> Request:
    """The request with received and rport of RFC 3581 written into its topmost Via."""
    first, *others = request.headers.all("Via")
    first = re.sub(r";\s*rport(?=;|$)", f";rport={port}", first, flags=re.IGNORECASE)
    vias = [("Via", f"{first};received={host}"), *(("Via", via) for via in others)]
    rest = [field for field in request.headers.items if field[0].lower() != "via"]
    return Request(headers=Headers((*vias, *rest)), body=request.body, method=request.method, uri=request.uri)


def split_list(value: str) -> list[str]:
    """Values of a comma-separated field; commas in quotes and angle brackets do not part."""
    parts = re.findall(r'(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+', value)
    return [part.strip() for part in parts if part.strip()]


def uri_in(value: str) -> str:
    """The URI of a From, To, Contact, Route or Refer-To value (RFC 3261 20.10)."""
    bracketed = re.search(r"<([^>]*)>", re.sub(r'"(?:\\.|[^"\\])*"', "", value))
    return bracketed.group(1).strip() if bracketed else value.partition(";")[0].strip()


def parameter(value: str, name: str) -> str | None:
    """A parameter after the URI of a field value, such as tag, branch or expires; None when it is absent."""
    outside = re.sub(r'"(?:\\.|[^"\\])*"|<[^>]*>', "", value)
    found = re.search(rf";\s*{re.escape(name)}\s*=\s*([^;,\s]*)", outside, flags=re.IGNORECASE)
    return found.group(1) if found else None


def parse_uri(text: str) -> Uri:
    """User, host and port of a sip: or sips: URI; MalformedMessage for any other scheme."""
    found = re.fullmatch(r"sips?:(?:([^@;?]*)@)?(\[[^\]]*\]|[^:;?@]+)(?::(\d{1,5}))?(?:[;?].*)?", text, re.IGNORECASE)
    if found is None:
        raise MalformedMessage("not a SIP URI")
    user, host, port = found.groups()
    return Uri((user or "").partition(":")[0], host, int(port) if port else None)


def token(random: Random) -> str:
    """A fresh tag, Call-ID or cnonce of 64 random bits."""
    return f"{random.getrandbits(64):016x}"


def fresh_branch(random: Random) -> str:
    """A fresh branch with the cookie of RFC 3261 8.1.1.7."""
    return "z9hG4bK" + token(random)

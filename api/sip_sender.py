"""Reads just enough of a SIP message to see whose it is: a browser's phone may begin things as itself only.

That it is who it says proves the digest that Asterisk asks for; this is a second wall, which keeps somebody with a good
token from trying out the names and secrets of others through us.
"""

from __future__ import annotations

import re
from typing import Final

_ANSWER: Final = "SIP/2.0 "
_ODD_LINE_END: Final = re.compile(r"\r(?!\n)|(?<!\r)\n")
_FROM: Final = re.compile(r"^(?:from|f)[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_TO: Final = re.compile(r"^(?:to|t)[ \t]*:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_LENGTH: Final = re.compile(r"^(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,6})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_USER: Final = re.compile(r"sips?:([^@;>\s]+)@")
_TAG: Final = re.compile(r";[ \t]*tag[ \t]*=", re.IGNORECASE)


def may_send(message: str, user: str) -> bool:
    """Whether a frame of the phone `user` may be passed on.

    One whole message or a keep-alive (RFC 7118 section 4.2, RFC 5626 section 3.5.1). What begins a dialog or a
    registration must come From the phone's own user; inside a dialog the dialog itself says who it is.
    """
    message = message.lstrip("\r\n")
    if not message:
        return True
    head, gap, body = message.partition("\r\n\r\n")
    if not gap or _ODD_LINE_END.search(head) is not None or not _is_one(head, body):
        return False
    if head.startswith(_ANSWER):
        return True
    senders, receivers = _FROM.findall(head), _TO.findall(head)
    if len(senders) != 1 or len(receivers) != 1:
        return False
    if not head.startswith("REGISTER ") and _TAG.search(receivers[0]) is not None:
        return True
    return _USER.findall(senders[0])[:1] == [user]


def _is_one(head: str, body: str) -> bool:
    """Whether the body is what the head announces: a second message may not ride along behind the first."""
    lengths = _LENGTH.findall(head)
    return len(lengths) == 1 and int(lengths[0]) == len(body.encode())

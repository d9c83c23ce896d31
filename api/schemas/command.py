"""The answer to an order that was carried out."""

from __future__ import annotations

from api.schemas.common import Shape


class Done(Shape):
    """The order `command` was carried out for `agent`; the board shows it from the fact `seq` on."""

    command: str
    agent: str
    seq: int


class CallDone(Shape):
    """The order `command` about `call` was carried out; the board shows it from the fact `seq` on."""

    command: str
    call: str
    seq: int

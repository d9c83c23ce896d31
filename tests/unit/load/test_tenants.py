"""Which tenant's call a message belongs to."""

from __future__ import annotations

from tests.load.samples import Arm
from tests.load.sip_wire import Message
from tests.load.tenants import by_tenant

ARM = Arm("many", 5080, 6080)
ASTERISK, CALLER, PHONE, OTHER = ("127.0.0.1", 5060), ("127.0.0.2", 5080), ("127.0.0.1", 6080), ("127.0.0.2", 5081)


def said(method: str, call: str, source: tuple[str, int], target: tuple[str, int], to: str, **more: object) -> Message:
    given = {"status": 0, "cseq": 1, "branch": "b", "from_user": "", "in_dialog": method != "INVITE", **more}
    return Message(at=0.0, source=source, target=target, method=method, call_id=call, to_user=to, **given)  # type: ignore[arg-type]


def test_a_call_belongs_to_the_called_number_s_tenant_and_a_ring_to_the_phone_s() -> None:
    heard = [
        said("INVITE", "in", CALLER, ASTERISK, "+811"),
        said("INVITE", "out", ASTERISK, PHONE, "ann"),
        said("INVITE", "else", OTHER, ASTERISK, "+819"),
        said("BYE", "out", PHONE, ASTERISK, "+811"),
        said("INVITE", "second", CALLER, ASTERISK, "+812"),
        said("BYE", "else", OTHER, ASTERISK, "+819"),
    ]
    found = by_tenant(heard, ARM, {"+811": "one", "ann": "one", "+812": "two"})
    assert {tenant: [one.call_id for one in messages] for tenant, messages in found.items()} == {
        "one": ["in", "out", "out"],
        "two": ["second"],
    }

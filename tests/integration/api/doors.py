"""Every door of the api: who may come in, and what is answered to somebody who names another tenant's ids.

A door that is missing here fails the build (test_doors.py): whoever adds one says here how it keeps tenants apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AGENT, SUPERVISOR, ADMIN, PLATFORM = "agent", "supervisor", "admin", "platform"
ROLES = frozenset({AGENT, SUPERVISOR, ADMIN, PLATFORM})
EVERYONE = frozenset({AGENT, SUPERVISOR, ADMIN})
STAFF = frozenset({SUPERVISOR, ADMIN})
ADMINS = frozenset({ADMIN})
ROOT = frozenset({PLATFORM})
NOT_THERE, NOT_THE_VERSION, NOT_YOURS = 404, 412, 403


@dataclass(frozen=True)
class Door:
    """`roles`: who may come in (None: everybody, without a token). `sends`: a body that it takes, ids as in the path.

    `stranger`: the status for an admin of another tenant who names this tenant's ids; None: the door knows no ids, and
    then nothing of this tenant may stand in its answer.
    """

    roles: frozenset[str] | None
    stranger: int | None = None
    sends: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


OF_VERSION = {"If-Match": '"1"'}
QUEUE = {"name": "x"}
FLOW = {"start": "in", "nodes": {"in": {"do": "hang_up"}}}
HOURS = {"week": {"mon": ["09:00-17:00"]}}
WHAT_IF = {"month": "2025-11", "tariff": "connect-smacom", "rows": {"CSM-F03": 7}}
ENTRY = {"kind": "payment", "at": "2025-11-20", "yen": 1}
TALKS: dict[str, dict[str, Any]] = {
    "hold": {},
    "unhold": {},
    "complete": {},
    "cancel": {},
    "swap": {},
    "transfer": {"to": "117"},
    "consult": {"to": "117"},
    "conference": {"to": "117"},
    "drop": {},
    "dtmf": {"digits": "1"},
    "park": {},
}
"""What an agent does with the call he is on, and what he says of it beside his name."""
CONTRACT = {"tariff": "own-use", "items": [{"row": "OWN-USE"}]}


def _things(kind: str, id: str, sends: Any) -> dict[str, Door]:
    """The four doors of one kind of configured thing; a stranger's PUT would make a thing of his own of that id."""
    path = f"/configuration/{kind}"
    return {
        f"GET {path}": Door(STAFF),
        f"GET {path}/{{{id}}}": Door(STAFF, NOT_THERE),
        f"PUT {path}/{{{id}}}": Door(ADMINS, NOT_THE_VERSION, sends, OF_VERSION),
        f"DELETE {path}/{{{id}}}": Door(ADMINS, NOT_THERE, headers=OF_VERSION),
    }


DOORS: dict[str, Door] = {
    "POST /login": Door(None, sends={"tenant": "x", "login": "x", "password": "x"}),
    "GET /health": Door(None),
    "GET /ready": Door(None),
    "GET /metrics": Door(None),
    "GET /agents": Door(EVERYONE),
    "POST /agents/{agent}/sign-in": Door(EVERYONE, NOT_THERE),
    "POST /agents/{agent}/sign-out": Door(EVERYONE, NOT_THERE),
    "PUT /agents/{agent}/state": Door(EVERYONE, NOT_THERE, {"state": "ready"}),
    "POST /agents/{agent}/wrap-up/end": Door(EVERYONE, NOT_THERE),
    "POST /agents/{agent}/wrap-up/extend": Door(EVERYONE, NOT_THERE),
    "PUT /agents/{agent}/queues/{queue}": Door(EVERYONE, NOT_THERE, {"served": False}),
    "PUT /agents/{agent}/connectable": Door(EVERYONE, NOT_THERE, {"connectable": True}),
    "POST /agents/{agent}/force": Door(STAFF, NOT_THERE, {"state": "paused"}),
    "GET /agents/{agent}/phone": Door(EVERYONE, NOT_THERE),
    "GET /queues": Door(EVERYONE),
    "GET /queues/{queue}/waiting": Door(EVERYONE, NOT_THERE),
    "POST /queues/{queue}/calls/{call}/move": Door(STAFF, NOT_THERE, {"to": "x"}),
    "POST /queues/{queue}/calls/{call}/prioritise": Door(STAFF, NOT_THERE, {}),
    "POST /queues/{queue}/calls/{call}/pick": Door(EVERYONE, NOT_THERE, {"agent": "{agent}"}),
    "POST /queues/{queue}/calls/{call}/withdraw": Door(STAFF, NOT_THERE, {}),
    "POST /calls": Door(EVERYONE, NOT_THERE, {"to": "117", "agent": "{agent}"}),
    "POST /calls/{call}/listen": Door(STAFF, NOT_THERE, {"agent": "{agent}"}),
    "POST /calls/{call}/whisper": Door(STAFF, NOT_THERE, {"agent": "{agent}"}),
    "POST /calls/{call}/barge": Door(STAFF, NOT_THERE, {"agent": "{agent}"}),
    "DELETE /calls/{call}/listen": Door(STAFF, NOT_YOURS),
    **{
        f"POST /calls/{{call}}/{act}": Door(EVERYONE, NOT_THERE, {"agent": "{agent}", **more})
        for act, more in TALKS.items()
    },
    "GET /parked": Door(EVERYONE),
    "POST /parked/{place}/pickup": Door(EVERYONE, NOT_THERE, {"agent": "{agent}"}),
    "GET /calls/{call}": Door(EVERYONE, NOT_THERE),
    "GET /calls/{call}/facts": Door(EVERYONE, NOT_THERE),
    "GET /calls/{call}/why": Door(STAFF, NOT_THERE),
    "GET /calls/{call}/offers/{offer}/why": Door(STAFF, NOT_THERE),
    "GET /call-records": Door(EVERYONE),
    "GET /recordings": Door(EVERYONE),
    "GET /recordings/{recording}": Door(EVERYONE, NOT_THERE),
    "DELETE /recordings/{recording}": Door(ADMINS, NOT_THERE),
    "GET /recordings/{recording}/audio": Door(EVERYONE, NOT_THERE),
    "HEAD /recordings/{recording}/audio": Door(EVERYONE, NOT_THERE),
    "GET /reports/queues": Door(STAFF),
    "GET /reports/agents": Door(STAFF),
    "GET /reports/abandoned": Door(STAFF),
    "GET /seats": Door(STAFF),
    "GET /entitlements": Door(STAFF),
    "GET /entitlements/counts": Door(STAFF),
    "GET /audit": Door(ADMINS | ROOT),
    "GET /invoices": Door(ADMINS),
    "GET /invoices/{month}": Door(ADMINS, NOT_THERE),
    "GET /invoices/{month}.pdf": Door(ADMINS, NOT_THERE),
    "GET /invoices/{month}/lines/{nth}/evidence": Door(ADMINS, NOT_THERE),
    "POST /invoices/what-if": Door(ADMINS, None, WHAT_IF),
    "GET /ledgers/seats": Door(STAFF, None),
    "GET /ledgers/waiting-places": Door(STAFF, None),
    "GET /ledgers/calls": Door(STAFF, None),
    "GET /ledgers/storage": Door(STAFF, None),
    "GET /ledgers/ivr": Door(STAFF, None),
    "GET /configuration": Door(STAFF),
    "GET /configuration/versions": Door(STAFF),
    "POST /configuration/versions/{version}/restore": Door(ADMINS, NOT_THERE),
    **_things("queues", "queue", QUEUE),
    **_things("agents", "agent", QUEUE),
    "POST /configuration/agents/{agent}/sip-password": Door(ADMINS, NOT_THERE, headers=OF_VERSION),
    **_things("numbers", "number", {"flow": "x"}),
    **_things("flows", "flow", FLOW),
    **_things("hours", "calendar", HOURS),
    **_things("prompts", "prompt", {"text": "はい"}),
    "GET /configuration/prompts/{prompt}/sound": Door(STAFF, NOT_THERE),
    "PUT /configuration/prompts/{prompt}/sound": Door(ADMINS, NOT_THE_VERSION, headers=OF_VERSION),
    **_things("dialling", "dialling", {"allowed": ["+44"]}),
    **_things("callers", "caller", {"number": "0312345678"}),
    "GET /configuration/pauses": Door(EVERYONE),
    "GET /configuration/pauses/{pause}": Door(EVERYONE, NOT_THERE),
    "PUT /configuration/pauses/{pause}": Door(ADMINS, NOT_THE_VERSION, {"name": "x"}, OF_VERSION),
    "DELETE /configuration/pauses/{pause}": Door(ADMINS, NOT_THERE, headers=OF_VERSION),
    "GET /configuration/parking": Door(STAFF),
    "PUT /configuration/parking": Door(ADMINS, NOT_THE_VERSION, {"places": ["801"]}, OF_VERSION),
    "DELETE /configuration/parking": Door(ADMINS, NOT_THERE, headers=OF_VERSION),
    "GET /users": Door(ADMINS),
    "POST /users": Door(ADMINS, sends={"login": "new", "role": "supervisor"}),
    "GET /users/{login}": Door(ADMINS, NOT_THERE),
    "PATCH /users/{login}": Door(ADMINS, NOT_THERE, {"role": "supervisor"}),
    "DELETE /users/{login}": Door(ADMINS, NOT_THERE),
    "GET /platform/tenants": Door(ROOT, NOT_YOURS),
    "POST /platform/tenants": Door(ROOT, NOT_YOURS, {"id": "x", "name": "x"}),
    "GET /platform/tenants/{tenant}": Door(ROOT, NOT_YOURS),
    "PATCH /platform/tenants/{tenant}": Door(ROOT, NOT_YOURS, {"name": "x"}),
    "GET /platform/tenants/{tenant}/contracts": Door(ROOT, NOT_YOURS),
    "POST /platform/tenants/{tenant}/contracts": Door(ROOT, NOT_YOURS, {"id": "own", **CONTRACT}),
    "GET /platform/tenants/{tenant}/contracts/{contract}": Door(ROOT, NOT_YOURS),
    "PUT /platform/tenants/{tenant}/contracts/{contract}": Door(ROOT, NOT_YOURS, CONTRACT),
    "GET /platform/tenants/{tenant}/contracts/{contract}/orders": Door(ROOT, NOT_YOURS),
    "POST /platform/tenants/{tenant}/contracts/{contract}/orders": Door(ROOT, NOT_YOURS, {"do": "resume"}),
    "GET /platform/tenants/{tenant}/contracts/{contract}/entitlements": Door(ROOT, NOT_YOURS),
    "GET /platform/tenants/{tenant}/contracts/{contract}/entries": Door(ROOT, NOT_YOURS),
    "POST /platform/tenants/{tenant}/contracts/{contract}/entries": Door(ROOT, NOT_YOURS, ENTRY),
    "GET /platform/tenants/{tenant}/contracts/{contract}/dues": Door(ROOT, NOT_YOURS),
    "GET /platform/tenants/{tenant}/invoices": Door(ROOT, NOT_YOURS),
    "GET /platform/tenants/{tenant}/invoices/open": Door(ROOT, NOT_YOURS),
    "GET /platform/tenants/{tenant}/invoices/{month}/lines/{nth}/evidence": Door(ROOT, NOT_YOURS),
    "POST /platform/tenants/{tenant}/invoices/{month}/statement": Door(ROOT, NOT_YOURS),
    "POST /platform/tenants/{tenant}/invoices": Door(ROOT, NOT_YOURS, {"contract": "own", "month": "2025-11"}),
    "POST /platform/tenants/{tenant}/invoices/{month}/reissue": Door(ROOT, NOT_YOURS),
    "GET /platform/tenants/{tenant}/lines": Door(ROOT, NOT_YOURS),
    "GET /platform/tenants/{tenant}/lines/{line}": Door(ROOT, NOT_YOURS),
    "PUT /platform/tenants/{tenant}/lines/{line}": Door(ROOT, NOT_YOURS, {}),
    "DELETE /platform/tenants/{tenant}/lines/{line}": Door(ROOT, NOT_YOURS),
    "GET /platform/trunks": Door(ROOT, NOT_YOURS),
    "GET /platform/trunks/{name}": Door(ROOT, NOT_YOURS),
    "PUT /platform/trunks/{name}": Door(ROOT, NOT_YOURS, {}),
    "DELETE /platform/trunks/{name}": Door(ROOT, NOT_YOURS),
}
"""By method and path as OpenAPI has them."""

SOCKETS: dict[str, frozenset[str]] = {"/live": EVERYONE, "/phone": EVERYONE}
"""The WebSockets, which OpenAPI does not know, and who may open them."""

"""Whether a configuration fits together and fits the contracts; what does not is told with its field and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from api import callers, parking, waiting
from api.flaws import Flaw, plain, told
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.texts import codes
from ivr import check, document, hours, prompts
from ivr.flow import Flow, FlowRefused, Menu
from ivr.hours import HoursRefused
from kernel.ids import PromptId
from kernel.refusal import Code, Refused
from numbering import extension
from numbering.emergency import emergency
from store.config_parts import TenantConfig
from tariff.rights.entitlement import NOTHING, Entitled
from tariff.written.rows import Scope

UNPROCESSABLE: Final = 422
IVR: Final = "ivr_rule"
QUEUES: Final = ("queue", "acd")
"""Either is a right to queues: where a tariff sells distribution only, callers wait for it somewhere."""
AGENT_MANAGEMENT: Final = "agent_management"
WHISPER: Final = "whisper"
NUMBERS: Final = {"number_050": ("+8150",), "number_toll_free": ("+81120", "+81800")}
"""Kinds of numbers that are sold by the piece, and how they begin."""


def fits(config: TenantConfig, entitled: Entitled, before: TenantConfig | None = None) -> None:
    """Ends the request with 422 unless the whole configuration can be brought into force as it is.

    What a wait needs of the contract is asked of what has changed: a contract that has ended since forbids nobody to
    change something else.
    """
    flows = _flows(config, before)
    spoken = {*prompts.STANDARD, *(str(one.id) for one in config.prompts)}
    found = (_agents(config), _numbers(config), waiting.flaws(config, flows, spoken), _whispers(config, spoken))
    _raise([flaw for some in (*found, parking.flaws(config), callers.flaws(config, before)) for flaw in some])
    stood = () if before is None else tuple(_waits(before, _flows(before, before), entitled))
    waits = (one for one in _waits(config, flows, entitled) if one not in stood)
    limits = (*_places(config, entitled), *_counted(config, entitled), *waits)
    for refused in (*_rights(config, flows, entitled), *limits):
        raise RefusalRaised(refused, UNPROCESSABLE)


def _waits(config: TenantConfig, flows: dict[str, Flow], entitled: Entitled) -> Iterator[Refused]:
    yield from waiting.unsold(config, entitled)
    yield from waiting.holds(config, flows, entitled)


def unfit(field: str, flaw: str, reason: str) -> ProblemRaised:
    """The end of a request whose `field` does not fit: `flaw` is a code, `reason` a sentence for people."""
    return ProblemRaised(Problem.DOES_NOT_FIT, errors=(plain(field, flaw, reason),))


def unfit_as(field: str, flaw: str, section: str = "flaw", **params: str) -> ProblemRaised:
    """The same with a sentence in both languages, which stands in this section of the texts under the flaw."""
    return ProblemRaised(Problem.DOES_NOT_FIT, errors=(told(field, flaw, section=section, **params),))


def _raise(flaws: list[Flaw]) -> None:
    if flaws:
        raise ProblemRaised(Problem.DOES_NOT_FIT, errors=tuple(flaws))


def _flows(config: TenantConfig, before: TenantConfig | None) -> dict[str, Flow]:
    """Every flow, read; each leads to queues, hours and prompts that are there, and names agents who are.

    The skills it asks for must be somebody's when it is saved: who learns and who leaves later only warns.
    """
    stood = {} if before is None else {one.id: one.document for one in before.flows}
    skills = {one.skill for account in config.agents for one in account.agent.skills}
    agents = {account.id for account in config.agents}
    queues = {queue.id for queue in config.queues}
    calendars = {one.id for one in config.hours}
    known = {*map(PromptId, prompts.STANDARD), *(one.id for one in config.prompts)}
    found = {}
    try:
        for calendar in config.hours:
            hours.read(calendar.id, calendar.version, calendar.document, ZoneInfo(config.time_zone))
        for one in config.flows:
            flow = document.read(one.id, one.version, one.document)
            asked = None if stood.get(one.id) == one.document else skills
            check.names(flow, queues=queues, hours=calendars, prompts=known, agents=agents, skills=asked)
            found[str(one.id)] = flow
    except FlowRefused as refused:
        at = f"flows.{refused.flow}.nodes.{refused.node}" if refused.node else f"flows.{refused.flow}"
        raise _of_flow(at, refused) from refused
    except HoursRefused as refused:
        at = f"hours.{refused.hours}.{refused.field}" if refused.field else f"hours.{refused.hours}"
        raise unfit(at, "hours", refused.reason) from refused
    return found


def _of_flow(at: str, refused: FlowRefused) -> ProblemRaised:
    if refused.flaw not in codes("flaw"):
        return unfit(f"{at}.{refused.field}" if refused.field else at, refused.flaw, refused.reason)
    return ProblemRaised(Problem.DOES_NOT_FIT, errors=(told(f"{at}.{refused.field}", refused.flaw, **refused.params),))


def _agents(config: TenantConfig) -> Iterator[Flaw]:
    queues = {queue.id for queue in config.queues}
    numbers = {number.number for number in config.numbers}
    extensions = Counter(account.agent.extension for account in config.agents)
    for account in config.agents:
        agent, at = account.agent, f"agents.{account.id}"
        for queue in agent.queues:
            if queue not in queues:
                yield told(f"{at}.queues", "unknown_queue", queue=queue)
        if emergency(agent.extension) is not None:
            yield told(f"{at}.extension", "emergency")
        elif agent.extension and extension.taken(agent.extension):
            yield told(f"{at}.extension", "public_number")
        if agent.extension and extensions[agent.extension] > 1:
            yield told(f"{at}.extension", "taken", extension=agent.extension)
        if agent.caller_number and agent.caller_number not in numbers:
            yield told(f"{at}.caller_number", "not_owned")


def _numbers(config: TenantConfig) -> Iterator[Flaw]:
    flows, lines = {flow.id for flow in config.flows}, {line.id for line in config.lines}
    for number in config.numbers:
        at = f"numbers.{number.number}"
        if number.flow not in flows:
            yield told(f"{at}.flow", "unknown_flow", flow=str(number.flow))
        if number.line is not None and number.line not in lines:
            yield told(f"{at}.line", "unknown_line", line=str(number.line))


def _places(config: TenantConfig, entitled: Entitled) -> Iterator[Refused]:
    allowed = entitled.places
    allotted = sum(number.places or 0 for number in config.numbers)
    if allowed is not None and allotted > allowed.limit:
        yield Refused(Code.WAITING_PLACES_EXCEEDED, allowed.clause, allotted, allowed.limit)


def _rights(config: TenantConfig, flows: dict[str, Flow], entitled: Entitled) -> Iterator[Refused]:
    if config.queues and not any(map(entitled.may, QUEUES)):
        yield Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=(("feature", QUEUES[0]),))
    called = {str(number.flow) for number in config.numbers}
    asks = any(isinstance(step, Menu) for id in called for step in flows[id].steps.values())
    if asks and not entitled.may(IVR):
        yield Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=(("feature", IVR),))
    if any(queue.service.whisper for queue in config.queues) and entitled.lacks(WHISPER):
        yield Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=(("feature", WHISPER),))


def _whispers(config: TenantConfig, spoken: Collection[str]) -> Iterator[Flaw]:
    for queue in config.queues:
        if queue.service.whisper and queue.service.whisper not in spoken:
            yield told(f"queues.{queue.id}.service.whisper", "unknown_prompt", prompt=queue.service.whisper)


def _counted(config: TenantConfig, entitled: Entitled) -> Iterator[Refused]:
    """Numbers of a kind that contracts count; one with a contract of its own is not counted among the others."""
    yield from _reported(config, entitled)
    own = {one.of for one in entitled.list() if one.scope is Scope.NUMBER}
    for kind, prefixes in NUMBERS.items():
        rows = [one for one in entitled.list() if one.kind == kind and one.limit is not None]
        limit = sum(one.limit or 0 for one in rows)
        used = sum(number.number.startswith(prefixes) and number.number not in own for number in config.numbers)
        if rows and used > limit:
            yield Refused(Code.LICENCE_EXHAUSTED, rows[0].clause, used - 1, limit, (("kind", kind),))


def _reported(config: TenantConfig, entitled: Entitled) -> Iterator[Refused]:
    """Agents who are connected only while they are reported as connectable: each is one connection destination of the
    agent management (FD-r.53, ND row)."""
    used = sum(account.agent.reported for account in config.agents)
    rows = [one for one in entitled.list() if one.kind == AGENT_MANAGEMENT]
    limit = None if any(one.limit is None for one in rows) else sum(one.limit or 0 for one in rows)
    if used and not rows:
        yield Refused(Code.FEATURE_NOT_LICENSED, NOTHING, params=(("feature", AGENT_MANAGEMENT),))
    elif rows and limit is not None and used > limit:
        yield Refused(Code.LICENCE_EXHAUSTED, rows[0].clause, used - 1, limit, (("kind", AGENT_MANAGEMENT),))

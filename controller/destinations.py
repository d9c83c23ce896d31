"""Reads what an agent dialled, in the order of the rules: emergency, inside, number, permission, own number, line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from acd.model import Agent, Destination, Floor
from kernel.ids import AgentId, LineId, TenantId, TrunkName
from kernel.refusal import Code, Refused
from numbering import lines, spelling
from numbering.dialled import Dialled, Kind, Unreadable
from numbering.emergency import emergency
from numbering.japan import read
from numbering.lines import Health, Line
from numbering.permission import permitted
from reports.rated_calls import line_kind


@dataclass(frozen=True, slots=True)
class Outside:
    """A tenant's ways out: its lines, and the prefixes it was given beyond calls inside Japan."""

    lines: tuple[Line, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was understood: whom to call (`number` is personal) and which number of the tenant that shows."""

    number: str = field(repr=False)
    shown: str
    destination: Destination | Refused


class Destinations:
    """Answers for every tenant; `outside` and `health` are asked anew for each call."""

    def __init__(
        self, outside: Callable[[TenantId], Outside], health: Callable[[], Mapping[TrunkName, Health]]
    ) -> None:
        self._outside = outside
        self._health = health

    def find(self, floor: Floor, agent: AgentId, text: str, shown: str = "") -> Wanted:
        """Where `text` leads for this agent; `shown`: the number he wants to show, "" the usual one."""
        caller = floor.agents.get(agent)
        if emergency(text) is not None:
            return self._over_line(floor, caller, read(text), "")
        inside = _colleague(floor, text)
        if inside is not None:
            return Wanted(text, _extension(caller, agent), Destination(colleague=inside))
        found = read(text)
        if isinstance(found, Unreadable):
            return Wanted(text, "", found.refused)
        if found.kind is Kind.EXTENSION:
            return Wanted(text, "", Refused(Code.UNKNOWN_EXTENSION))
        no = permitted(found, self._outside(floor.tenant).allowed)
        return self._over_line(floor, caller, found, shown) if no is None else Wanted(found.number, "", no)

    def _over_line(self, floor: Floor, agent: Agent | None, found: Dialled | Unreadable, shown: str) -> Wanted:
        if isinstance(found, Unreadable):
            return Wanted("", "", found.refused)
        own = _own_number(floor, agent, shown)
        if isinstance(own, Refused):
            return Wanted(found.number, "", own)
        if not own and found.kind is not Kind.EMERGENCY:
            return Wanted(found.number, "", Refused(Code.CALLER_NUMBER_NOT_OWNED))
        rule = floor.numbers.get(own)
        line = lines.choose(self._outside(floor.tenant).lines, found.kind, None if rule is None else rule.line)
        if isinstance(line, Refused):
            return Wanted(found.number, own, line)
        own = _on_line(floor, line.id, own) if found.kind is Kind.EMERGENCY else own
        trunks = lines.attempts(line, self._health())
        if not trunks:
            return Wanted(found.number, own, Refused(Code.NO_LINE))
        urgent = found.kind is Kind.EMERGENCY
        hidden = bool(found.withheld) and not urgent
        kind = line_kind(found.number)
        return Wanted(found.number, own, Destination(line.id, trunks, withheld=hidden, emergency=urgent, kind=kind))


def _colleague(floor: Floor, text: str) -> AgentId | None:
    """The agent of this extension, or of this id."""
    digits = spelling.digits(text)
    for agent in floor.agents.values():
        if text == agent.id or (digits and digits == agent.config.extension):
            return agent.id
    return None


def _extension(agent: Agent | None, id: AgentId) -> str:
    return id if agent is None or not agent.config.extension else agent.config.extension


def _own_number(floor: Floor, agent: Agent | None, wanted: str) -> str | Refused:
    """The number that is shown, which must be the tenant's; `wanted` in any spelling."""
    if wanted:
        found = read(wanted)
        mine = isinstance(found, Dialled) and found.number in floor.numbers
        return found.number if isinstance(found, Dialled) and mine else Refused(Code.CALLER_NUMBER_NOT_OWNED)
    usual = "" if agent is None else agent.config.caller_number
    if usual in floor.numbers:
        return usual
    return next(iter(floor.numbers), "")


def _on_line(floor: Floor, line: LineId, own: str) -> str:
    """For an emergency call: a number that lies on the line, by which those who come find the address."""
    rule = floor.numbers.get(own)
    if rule is not None and rule.line in (None, line):
        return own
    return next((rule.number for rule in floor.numbers.values() if rule.line == line), own)

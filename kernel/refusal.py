"""A refusal: a rule said no. It is a value that is returned, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Every reason a rule can say no; the sentences stand in api/texts/{ja,en}.toml under the same name."""

    SEAT_LIMIT_REACHED = "seat_limit_reached"
    ALREADY_SIGNED_IN = "already_signed_in"
    NOT_SIGNED_IN = "not_signed_in"
    UNKNOWN_AGENT = "unknown_agent"
    UNKNOWN_PAUSE_REASON = "unknown_pause_reason"
    BUSY_WITH_CALL = "busy_with_call"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    WAITING_PLACES_EXCEEDED = "waiting_places_exceeded"
    LICENCE_EXHAUSTED = "licence_exhausted"
    FEATURE_NOT_LICENSED = "feature_not_licensed"
    NAME_TAKEN = "name_taken"
    LAST_ADMIN = "last_admin"
    UNREADABLE_NUMBER = "unreadable_number"
    DESTINATION_NOT_ALLOWED = "destination_not_allowed"
    EMERGENCY_NOT_AVAILABLE_ON_LINE = "emergency_not_available_on_line"
    NO_LINE = "no_line"
    CHANNELS_EXHAUSTED = "channels_exhausted"
    CHANNELS_OUT_OF_RANGE = "channels_out_of_range"
    CALLER_NUMBER_NOT_OWNED = "caller_number_not_owned"
    UNKNOWN_EXTENSION = "unknown_extension"
    COLLEAGUE_BUSY = "colleague_busy"
    COLLEAGUE_AWAY = "colleague_away"
    PHONE_UNREACHABLE = "phone_unreachable"
    UNKNOWN_PHONE = "unknown_phone"
    PHONE_TAKEN = "phone_taken"
    NOT_IN_WRAP_UP = "not_in_wrap_up"
    WRAP_UP_NOT_EXTENDABLE = "wrap_up_not_extendable"
    NOT_HIS_QUEUE = "not_his_queue"
    NOT_REPORTED = "not_reported"
    CALL_NOT_WAITING = "call_not_waiting"
    UNKNOWN_QUEUE = "unknown_queue"
    ALREADY_THERE = "already_there"
    AGENT_NOT_FREE = "agent_not_free"
    CALL_NOT_TALKING = "call_not_talking"
    NOT_LISTENING = "not_listening"
    NOT_IN_TARIFF = "not_in_tariff"
    DATE_OUTSIDE = "date_outside"
    CONTRADICTORY = "contradictory"
    NEEDS = "needs"
    QUANTITY_BELOW = "quantity_below"
    QUANTITY_ABOVE = "quantity_above"
    QUANTITY_MUST_EQUAL = "quantity_must_equal"
    ESTIMATE_REQUIRED = "estimate_required"
    LIMIT_EXCEEDED = "limit_exceeded"
    EXCLUDED_BY = "excluded_by"
    NO_DOWNGRADE = "no_downgrade"
    ONLY_AT_START = "only_at_start"
    WITHDRAWN = "withdrawn"
    SEATS_IN_USE = "seats_in_use"
    SUSPENDED = "suspended"
    NOT_LICENSED = "not_licensed"
    TRUNK_IN_USE = "trunk_in_use"
    LINE_IN_USE = "line_in_use"
    HOLD_MINUTES = "hold_minutes"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    OUTSIDE_CONTRACT = "outside_contract"
    OVERLAPS = "overlaps"
    NO_DOCUMENT = "no_document"
    OUT_OF_ORDER = "out_of_order"
    NO_ENTRY = "no_entry"
    BILLED = "billed"
    NOT_ON_CALL = "not_on_call"
    NOT_CONSULTING = "not_consulting"
    CONSULTING = "consulting"
    ALREADY_INVITING = "already_inviting"
    TOO_MANY_PARTIES = "too_many_parties"
    UNKNOWN_PARTY = "unknown_party"
    NOBODY_FREE = "nobody_free"
    QUEUE_EMPTY = "queue_empty"
    QUEUE_FULL = "queue_full"
    HELD_ON_PHONE = "held_on_phone"
    UNKNOWN_PARK_PLACE = "unknown_park_place"
    PARK_PLACE_TAKEN = "park_place_taken"
    NO_PARK_PLACE = "no_park_place"
    NOTHING_PARKED = "nothing_parked"

    @classmethod
    def _missing_(cls, value: object) -> Code | None:
        """Facts are kept for ever, also those that name a code as it was called then."""
        return cls.EMERGENCY_NOT_AVAILABLE_ON_LINE if value == "emergency_not_carried" else None


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no: why (`code`), by which `clause` of which contract or rule, and how much was `used` of `limit`.

    `used` and `limit` count what the rule counts (seats, places, channels); None where nothing is counted.
    `params` fill the blanks of the sentence.
    """

    code: Code
    clause: str = ""
    used: int | None = None
    limit: int | None = None
    params: tuple[tuple[str, str], ...] = ()

"""An agent's BYE is followed to the INVITE that came of it, whether his channel stood already or not."""

from __future__ import annotations

import pytest

from tests.load import path
from tests.load.ari_wire import Word
from tests.load.sip_wire import Message

PHONE, ASTERISK = ("127.0.0.1", 20), ("127.0.0.1", 5060)


def sip(at: float, method: str, call: str) -> Message:
    source, target = (PHONE, ASTERISK) if method == "BYE" else (ASTERISK, PHONE)
    return Message(at, source, target, method, 0, call, 1, "b", "", "", in_dialog=False)


def test_a_channel_that_is_made_now_has_five_steps() -> None:
    words = [
        Word(1.1, False, "ChannelHangupRequest", "leg_1", "old"),
        Word(1.2, True, "POST channels/create", "leg_2"),
        Word(1.25, True, "DELETE channels/…", "caller"),
        Word(1.4, False, "StasisStart", "leg_2", "new"),
        Word(1.5, True, "POST channels/…/dial", "leg_2"),
    ]
    found = path.trace([sip(1.0, "BYE", "old"), sip(1.7, "INVITE", "new")], words, 20)
    times = [0.1, 0.1, 0.2, 0.1, None, 0.2, 0.7]
    for step, wanted in zip(path.STEPS, times, strict=True):
        assert found.steps[step] == ([] if wanted is None else [pytest.approx(wanted)])
    assert dict(found.before_dial) == {"→ DELETE channels/…": 1, "← StasisStart": 1}


def test_a_channel_made_beforehand_is_dialled_at_once() -> None:
    words = [
        Word(0.5, False, "StasisStart", "leg_2", "new"),
        Word(1.1, False, "ChannelHangupRequest", "leg_1", "old"),
        Word(1.2, True, "POST channels/…/dial", "leg_2"),
        Word(1.3, True, "POST channels/create", "leg_3"),
    ]
    found = path.trace([sip(1.0, "BYE", "old"), sip(1.25, "INVITE", "new")], words, 20)
    assert found.steps[path.READY] == [pytest.approx(0.1)]
    assert found.steps[path.RUNG] == [pytest.approx(0.05)]
    assert found.steps[path.WHOLE] == [pytest.approx(0.25)]
    assert found.steps[path.MADE[0]] == []


def test_two_freed_before_anything_is_asked_are_not_told_apart() -> None:
    words = [
        Word(1.1, False, "ChannelHangupRequest", "leg_1", "old"),
        Word(1.15, False, "ChannelHangupRequest", "leg_9", "other"),
        Word(1.2, True, "POST channels/…/dial", "leg_2"),
    ]
    assert path.trace([sip(1.0, "BYE", "old"), sip(1.25, "INVITE", "new")], words, 20).traced == 0

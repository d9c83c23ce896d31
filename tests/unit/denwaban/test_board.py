"""The board in the terminal: what the live socket says, drawn in two languages, and never old as new."""

from __future__ import annotations

import io
import json
from datetime import datetime

import pytest
from rich.console import Console

from acd import inputs
from acd.model import Wish
from api import rows
from denwaban.board import language
from denwaban.board_state import BoardState
from denwaban.board_tables import draw
from kernel.moment import after
from reports.live import Board, fold
from store.codec import encode
from tests.unit.reports.play import AGENTS, START, TENANT, Play


def follow(play: Play, begin: int) -> tuple[Board, BoardState]:
    """A client that came after the fact `begin`, with the board it ought to show."""
    board, state = Board(TENANT), BoardState(connected=True)
    for fact in play.facts:
        touched = fold(board, fact)
        if fact.seq > begin:
            state.take(json.loads(rows.change(board, encode(fact), touched, fact.at)))
        elif fact.seq == begin:
            state.take(json.loads(rows.snapshot(board, fact.at)))
    return board, state


def drawn(state: BoardState, now: datetime, words: str) -> str:
    paper = io.StringIO()
    Console(file=paper, width=200).print(draw(state, now, words))
    return paper.getvalue()


def busy() -> Play:
    play = Play()
    done = play.arrive(later=1.0)
    play.answer(done, later=2.0)
    play.hang_up(done, later=3.0)
    play.step(11, 0, 5.0)  # his wrap-up ends
    play.give(inputs.SetWish(play.command(), AGENTS[1], Wish.PAUSED, "lunch"))
    play.arrive(later=60.0)
    play.arrive()
    return play


@pytest.mark.parametrize("begin", [1, 10, 30])
def test_a_client_that_puts_in_the_changes_shows_what_a_snapshot_shows(begin: int) -> None:
    board, state = follow(busy(), begin)
    fresh = BoardState(connected=True)
    fresh.take(json.loads(rows.snapshot(board, after(START, 100.0))))
    assert drawn(state, after(START, 100.0), "en") == drawn(fresh, after(START, 100.0), "en")
    assert state.seq == board.seq


def test_it_names_states_reasons_outcomes_and_growing_times_in_both_languages() -> None:
    play = busy()
    _, state = follow(play, 5)
    english, japanese = (drawn(state, after(play.now, 65.0), words) for words in ("en", "ja"))
    for word in ("Sales", "Aoki", "Ringing", "Paused (Lunch)", "Completed", "0:01:05", "Seats 2/2", "Channels 0"):
        assert word in english
    for word in ("キュー", "呼出中", "離席 (昼食)", "完了", "シート 2/2", "待ち呼 1"):
        assert word in japanese


def test_it_names_the_formula_of_the_service_level_and_what_is_aimed_at() -> None:
    play = busy()
    _, state = follow(play, 5)
    assert "SL-strict 33% (80/20)" in drawn(state, play.now, "en")


def test_talk_grows_while_it_goes_on() -> None:
    play = Play()
    play.answer(play.arrive(), later=2.0)
    _, state = follow(play, 5)
    assert "0:01:23" in drawn(state, after(play.now, 83.0), "en")


def test_a_quarter_of_an_hour_that_is_over_is_not_shown_as_running() -> None:
    play = busy()
    _, state = follow(play, 5)
    soon, late = (drawn(state, after(play.now, seconds), "en").count("SL-strict") for seconds in (60.0, 1000.0))
    assert (soon, late) == (4, 2)


def test_a_board_without_its_feed_says_so() -> None:
    play = busy()
    _, state = follow(play, 5)
    assert "No connection" not in drawn(state, play.now, "en")
    state.connected, state.trouble = False, "ConnectionRefusedError"
    assert "No connection; trying again ConnectionRefusedError" in drawn(state, play.now, "en")


@pytest.mark.parametrize(("given", "words"), [("ja_JP.UTF-8", "ja"), ("C.UTF-8", "en"), ("", "en")])
def test_the_terminals_language_decides(monkeypatch: pytest.MonkeyPatch, given: str, words: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", given)
    assert language() == words

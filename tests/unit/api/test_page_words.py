"""The words of the phone's page: both languages say the same things, and nothing is asked for that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from acd.config import PAUSE_REASONS
from acd.model import MISSED, REFUSED, Shown

WEB = Path(__file__).parents[3] / "web"


def words(language: str) -> dict[str, str]:
    """The texts of one language in texts.js."""
    text = (WEB / "texts.js").read_text(encoding="utf-8")
    part = re.search(rf"^  {language}: {{$(.*?)^  }},$", text, re.MULTILINE | re.DOTALL)
    assert part is not None
    return dict(re.findall(r'^    (\w+): "(.+)",$', part[1], re.MULTILINE))


def wanted() -> set[str]:
    """Every key that the page asks for."""
    page = (WEB / "phone.html").read_text(encoding="utf-8")
    keys = set(re.findall(r'data-(?:text|label)="(\w+)"', page))
    for script in WEB.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        keys |= set(re.findall(r'say\("(\w+)"\)', text))
        keys |= set(re.findall(r'^ +\w+: "(\w+)",$', text, re.MULTILINE)) if script.name == "phone.js" else set()
        keys |= set(re.findall(r'[0-9]{3}: "(\w+)"', text)) | set(re.findall(r'\] \?\? "(\w+)"', text))
    return keys


def test_both_languages_have_the_same_words_and_all_of_them_are_words() -> None:
    japanese, english = words("ja"), words("en")
    assert japanese.keys() == english.keys()
    assert len(japanese) > 40
    assert all(text.strip() for text in (*japanese.values(), *english.values()))


def test_whatever_the_page_shows_has_a_word() -> None:
    shown = {*wanted(), *Shown, *PAUSE_REASONS, MISSED, REFUSED}
    assert {str(key) for key in shown} <= words("ja").keys()


def test_nothing_in_the_page_is_inline() -> None:
    page = (WEB / "phone.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:", page)

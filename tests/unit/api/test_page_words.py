"""The words of the pages: both languages say the same things, and nothing is asked for that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from acd.config import PAUSE_REASONS
from acd.explaining.explain import CallKey
from acd.explaining.explain_rank import AgentKey
from acd.model import MISSED, REFUSED, Shown
from reports.interval_report import FORMULAS, IDENTITY

WEB = Path(__file__).parents[3] / "web"
PAGES = ("phone", "supervisor")


def words(language: str, *files: str) -> dict[str, str]:
    """The texts of one language in these files."""
    found: dict[str, str] = {}
    for file in files:
        text = (WEB / file).read_text(encoding="utf-8")
        part = re.search(rf"^  {language}: {{$(.*?)^  }},$", text, re.MULTILINE | re.DOTALL)
        assert part is not None
        found |= dict(re.findall(r'^    (\w+): "(.+)",$', part[1], re.MULTILINE))
    return found


def of_page(page: str, language: str) -> dict[str, str]:
    """What a page has words for: the supervisors' has its own on top of the phone's."""
    return words(language, "texts.js", *(["supervisor_texts.js"] if page == "supervisor" else []))


def scripts(page: str) -> dict[str, str]:
    """The page's script, and those that it is built from."""
    found: dict[str, str] = {}
    left = [f"{page}.js"]
    while left:
        name = left.pop()
        if name not in found:
            found[name] = (WEB / name).read_text(encoding="utf-8")
            left += re.findall(r'from "\./(\w+\.js)"', found[name])
    return found


def wanted(page: str) -> set[str]:
    """Every key that the page asks for."""
    keys = set(re.findall(r'data-(?:text|label)="(\w+)"', (WEB / f"{page}.html").read_text(encoding="utf-8")))
    for name, text in scripts(page).items():
        keys |= set(re.findall(r'say\("(\w+)"\)', text))
        keys |= set(re.findall(r'^ +\w+: "(\w+)",$', text, re.MULTILINE)) if name == "phone.js" else set()
        keys |= set(re.findall(r'[0-9]{3}: "(\w+)"', text)) | set(re.findall(r'\] \?\? "(\w+)"', text))
        keys |= set(re.findall(r'trouble = "(\w+)"', text)) | set(re.findall(r'leave\("(\w+)"\)', text))
    return keys


@pytest.mark.parametrize("file", ["texts.js", "supervisor_texts.js"])
def test_both_languages_have_the_same_words_and_all_of_them_are_words(file: str) -> None:
    japanese, english = words("ja", file), words("en", file)
    assert japanese.keys() == english.keys()
    assert len(japanese) > 40
    assert all(text.strip() for text in (*japanese.values(), *english.values()))


@pytest.mark.parametrize("page", PAGES)
def test_whatever_a_page_shows_has_a_word(page: str) -> None:
    shown = {*wanted(page), *Shown, *PAUSE_REASONS, MISSED, REFUSED}
    assert {str(key) for key in shown} <= of_page(page, "ja").keys()


def test_every_figure_of_a_report_and_of_its_formulas_has_a_word() -> None:
    script = (WEB / "report.js").read_text(encoding="utf-8")
    shown = set(re.findall(r"(\w+): (?:COUNT|SHARE|TIME)\b", script)) - {"const"}
    formulas = re.sub(r"the same", "", " ".join([IDENTITY, *FORMULAS.values()]))
    told = {f"n_{name}" for name in shown | set(re.findall(r"[a-z_]+", formulas))}
    groups = {f"group_{name}" for name in re.findall(r"^    (\w+): {", script, re.MULTILINE)}
    listed = re.search(r"const columns = \[(.+)\];", script)
    assert listed is not None
    gone = {f"gone_{name}" for name in re.findall(r'"(\w+)"', listed[1])}
    assert len(told) > 30
    assert len(groups) == 7
    assert told | groups | gone <= words("ja", "supervisor_texts.js").keys()


def test_every_column_of_the_board_and_whatever_may_decide_has_a_word() -> None:
    script = (WEB / "why.js").read_text(encoding="utf-8")
    shown = {f"key_{key}" for key in AgentKey} | {f"turn_{key}" for key in CallKey}
    heads = re.search(r"const heads = \[(.+)\];", script)
    assert heads is not None
    lists = [heads[1], *re.findall(r'this\.#table\("\w+", \[(.+?)\]', script)]
    shown |= {f"col_{name}" for some in lists for name in re.findall(r'"(\w+)"', some)}
    shown |= set(re.findall(r'this\.#table\("(\w+)"', script)) | set(
        re.findall(r'\["(\w+)", (?:told\.|kept|in_|of_)', script)
    )
    shown |= {"seats", "places", "channels", "winner", "decided", "decided_call", "place", "own_call"}
    shown |= {"why_nobody", "why_rings", "why_agent"}
    assert len(shown) > 45
    assert shown <= words("ja", "supervisor_texts.js").keys()


def test_every_formula_of_the_server_is_behind_a_figure_of_the_page() -> None:
    script = (WEB / "report.js").read_text(encoding="utf-8")
    assert set(map(str, FORMULAS)) <= set(re.findall(r'"?([\w-]+)"?: (?:COUNT|SHARE|TIME)\b', script))


@pytest.mark.parametrize("page", PAGES)
def test_nothing_in_a_page_is_inline(page: str) -> None:
    text = (WEB / f"{page}.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|javascript:", text)

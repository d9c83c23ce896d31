"""What can be said, and what its files are called."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.prompts import STANDARD, Prompt, files, token
from kernel.ids import PromptId, TenantId

EVEN, ODD = TenantId("even"), TenantId("odd")
WELCOME = Prompt(PromptId("welcome"), "ようこそ。")


@settings(deadline=None)
@given(st.text(), st.text(max_size=500), st.sampled_from(["ja", "en"]))
def test_no_word_of_a_user_gets_into_a_files_name(tenant: str, text: str, language: str) -> None:
    name = token(TenantId(tenant), Prompt(PromptId(text), text, language))
    assert re.fullmatch(r"prompt_[0-9a-f]{32}", name)


def test_a_name_stands_for_the_words_the_language_and_the_tenant() -> None:
    name = token(EVEN, WELCOME)
    assert name == token(EVEN, Prompt(PromptId("other"), WELCOME.text))
    others = {
        token(ODD, WELCOME),
        token(EVEN, Prompt(WELCOME.id, "ようこそ！")),
        token(EVEN, Prompt(WELCOME.id, WELCOME.text, "en")),
    }
    assert len(others | {name}) == 4


def test_a_tenants_own_announcement_comes_before_the_platforms() -> None:
    own = Prompt(PromptId("busy"), "混み合っております。")
    known = files(EVEN, [own, WELCOME])
    assert known[PromptId("closed")] == "closed"
    assert known[PromptId("busy")] == token(EVEN, own)
    assert known[PromptId("welcome")] == token(EVEN, WELCOME)
    assert set(known) == {*STANDARD, "welcome"}

"""The sentences people read, in Japanese and English, under the codes the machine uses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    ja: str
    en: str


class MissingSentence(LookupError):
    """A code has no sentence in one of the languages; a test of the texts is to find this, not a person."""


def sentence(section: str, code: str, params: Mapping[str, str] | None = None) -> Sentence:
    """The sentence of `code` in a section of the texts (`refusal`, `problem`, …), its blanks filled from `params`."""
    return Sentence(*(_fill(_find(language, section, code), params or {}) for language in LANGUAGES))


def label(section: str, code: str, language: str) -> str:
    """One word or sentence in one language."""
    return _find(language, section, code)


def codes(section: str) -> frozenset[str]:
    """Every code that has a sentence in this section, in any language."""
    return frozenset().union(*(_texts(language).get(section, {}) for language in LANGUAGES))


def _find(language: str, section: str, code: str) -> str:
    try:
        return _texts(language)[section][code]
    except KeyError:
        raise MissingSentence(f"{language}: [{section}] {code}") from None


def _fill(text: str, params: Mapping[str, str]) -> str:
    for name, value in params.items():
        text = text.replace("{" + name + "}", value)
    return text


@cache
def _texts(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))

"""What callers hear while no controller is here: it lies in astdb, which needs neither us nor the database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from controller.ports import Ami
from numbering import plan

FAMILY: Final = "denwaban_fallback"
SOUND: Final = "ja/prompts/fallback"
"""Language and sound, as asterisk/conf/extensions.conf.j2 reads them."""

_CLOTHING: Final = re.compile("[^0-9+]")


class Fallback:
    """The called numbers that Asterisk itself knows an announcement for, in every spelling a carrier may send."""

    def __init__(self, ami: Ami) -> None:
        self._ami = ami

    async def teach(self, numbers: Iterable[str]) -> None:
        """Callers of these numbers (E.164) hear the announcement from now on."""
        for number in numbers:
            for spelling in _spellings(number):
                await self._ami.db_put(FAMILY, spelling, SOUND)

    async def forget(self, numbers: Iterable[str]) -> None:
        """These numbers are nobody's any more."""
        for number in numbers:
            for spelling in _spellings(number):
                await self._ami.db_del(FAMILY, spelling)


def _spellings(number: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((number, _CLOTHING.sub("", plan.national_form(number)))))

"""What a caller can be told: the platform's own announcements, a tenant's own, and what their files are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kernel.ids import PromptId, TenantId

POSITIONS: Final = 20
"""Places in a queue that are told by their number; further back the caller hears `position-many`."""
WAITS: Final = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30)
"""Minutes of waiting that are told; a wait between two of them is told by the longer one."""
LANGUAGES: Final = ("ja", "en")
LONGEST_TEXT: Final = 500
"""Characters of a tenant's announcement: a little more than a minute."""

STANDARD: Final[Mapping[str, str]] = {
    "greeting": "お電話ありがとうございます。ただいま、担当の者におつなぎします。",
    **{
        f"position-{place}": f"お客様は、ただいま{place}番目にお待ちです。もうしばらくお待ちください。"
        for place in range(1, POSITIONS + 1)
    },
    "position-many": "ただいま、大勢のお客様がお待ちです。順番におつなぎします。このままお待ちください。",
    **{f"wait-{minutes}": f"お待ちいただく時間は、およそ{minutes}分です。" for minutes in WAITS},
    "wait-many": "お待ちいただく時間は、30分より長くなる見込みです。",
    "voicemail": "ただいま電話に出ることができません。お名前とご用件を、お話しください。",
    "callback-offer": "順番になりましたら、お電話いたします。よろしければ、1を押してください。",
    "callback-accepted": "承りました。順番になりましたら、お電話いたします。お電話ありがとうございました。",
    "fallback": "ただいま電話がたいへん込み合っております。おつなぎできるまで、切らずにお待ちください。",
    "busy": "ただいま電話がたいへん込み合っております。恐れ入りますが、しばらくたってからおかけ直しください。",
    "closed": "お電話ありがとうございます。本日の営業は終了いたしました。営業時間内に、おかけ直しください。",
    "holiday": "お電話ありがとうございます。本日は休業日です。恐れ入りますが、翌営業日におかけ直しください。",
    "suspended": "お客様のおかけになった電話は、ただいまおつなぎすることができません。",
    "invalid": "番号が正しくありません。",
    "emergency_refused": "この電話からは、緊急通報はできません。携帯電話や公衆電話など、ほかの電話からおかけください。",
    "not_allowed": "この番号へは、おかけになれません。",
    "not_connected": "おかけになった番号につながりませんでした。番号をお確かめのうえ、おかけ直しください。",
}
"""Every announcement of the platform by name. A tenant's announcement of the same name comes before it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A tenant's announcement: what is said, and in which language; or the name of the `sound` that he has sent."""

    id: PromptId
    text: str
    language: str = "ja"
    sound: str = ""


def wait_prompt(seconds: float) -> str:
    """The announcement of a wait that is still so long."""
    minutes = next((one for one in WAITS if seconds <= one * 60), None)
    return "wait-many" if minutes is None else f"wait-{minutes}"


def token(tenant: TenantId, prompt: Prompt) -> str:
    """The name of its file, without extension: the same for the same tenant and words (or sound), and no word of them.

    A changed announcement has another name, so who is hearing the old one hears it to its end.
    """
    parts = (tenant, "sound", prompt.sound) if prompt.sound else (tenant, prompt.language, prompt.text)
    return f"prompt_{hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"


def files(tenant: TenantId, own: Iterable[Prompt]) -> dict[PromptId, str]:
    """The file, without extension, of every announcement that a flow of this tenant may name."""
    standard = {PromptId(name): name for name in STANDARD}
    return {**standard, **{prompt.id: token(tenant, prompt) for prompt in own}}

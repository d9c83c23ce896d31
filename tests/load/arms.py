"""What app_queue is given to be measured against: its best configuration, its default, and static agents."""

from __future__ import annotations

from pathlib import Path

ADDRESS = "127.0.0.3"
"""Where the callers of app_queue come from: a trunk like denwaban's own, whose callers meet Queue() instead."""

QUEUES = """; {what}
[{name}]
strategy = leastrecent
autofill = yes
ringinuse = no
retry = {retry}
timeout = 15
wrapuptime = 0
autopause = no
joinempty = yes
announce-frequency = 0
announce-holdtime = no
announce-position = no
{announcements}
musicclass = default
"""
QUIET = "periodic-announce-frequency = 0"
ANNOUNCED = """periodic-announce-frequency = {every}
periodic-announce = {sound}"""
BEST_RETRY, DEFAULT_RETRY = 1, 5
TEN = 10
"""Members of `ten` and of `told`."""

_ENDPOINTS = """[queue-agent](!)
type = endpoint
context = phones
disallow = all
allow = ulaw,alaw
direct_media = no
rtp_timeout = 30
rtp_timeout_hold = 300
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
media_address = {host}
bind_rtp_to_media_address = yes

[queue-place](!)
type = aor
qualify_frequency = 0

[queue-trunk]
type = endpoint
context = app-queue
aors = queue-trunk
identify_by = ip
disallow = all
allow = ulaw,alaw
direct_media = no
allow_transfer = no
rtp_timeout = 30
rtp_timeout_hold = 300
media_address = {host}
bind_rtp_to_media_address = yes

[queue-trunk]
type = aor

[queue-trunk]
type = identify
endpoint = queue-trunk
match = {address}
"""
_AGENT = """
[{name}](queue-agent)
aors = {name}

[{name}](queue-place)
contact = sip:{name}@127.0.0.1:{port}
"""


def agent(number: int, group: str = "q") -> str:
    """The name of one of app_queue's agents."""
    return f"{group}{number:04d}"


def queue(
    name: str,
    retry: int,
    members: int,
    group: str = "q",
    *,
    ready: int | None = None,
    announcements: str = QUIET,
) -> str:
    """One queue of queues.conf with its members; of these only the first `ready` are not paused (None: all)."""
    what = "best configuration" if retry == BEST_RETRY else "default retry"
    free = members if ready is None else ready
    listed = "".join(
        f"member => PJSIP/{agent(number, group)}{'' if number <= free else PAUSED}\n"
        for number in range(1, members + 1)
    )
    return QUEUES.format(name=name, retry=retry, what=what, announcements=announcements) + listed


ANNOUNCE_EVERY = 30
"""Seconds."""
SOUND = Path("sounds") / "position-many"
"""What app_queue announces: the same file as denwaban's, below the folder of its configuration."""
PAUSED = ",0,,,,0,1"
"""What follows the interface of a member who is paused."""
SHARED = 10
"""Queues that share their members."""
NAMES = ("best", "twin", "default", "fifty", "ten", "told", "pool", *(f"shared{turn}" for turn in range(SHARED)))
"""`best` and `twin` are configured alike and have agents of their own: against each other they must be equal.

Callers of `fifty` and `ten` are not answered before the agent does: Answer() would wait up to 0.5 s for their first
sound. `pool` and the shared ones get their members part by part (`put`).
"""
_UNANSWERED = ("fifty", "ten", *(f"shared{turn}" for turn in range(SHARED)))
MUSIC = "+815099999999"
"""Who calls it hears the same music, and nobody looks for an agent."""


def number(name: str) -> str:
    """The called number of a queue."""
    return f"+8150{NAMES.index(name):08d}"


def write(folder: Path, host: str, few: int, many: int) -> None:
    """The folder for DENWABAN_EXTRA_CONF, with everything but the agents (`hire`)."""
    for part in ("extensions.d", "queues.d", "pjsip.d"):
        (folder / part).mkdir(parents=True)
    lines = ["[app-queue]", f"exten => {MUSIC},1,Answer()", " same => n,MusicOnHold()"]
    for name in NAMES:
        answer = "NoOp" if name in _UNANSWERED else "Answer"
        lines += [f"exten => {number(name)},1,{answer}()", f" same => n,Queue({name})", " same => n,Hangup()"]
    (folder / "extensions.d" / "queue.conf").write_text("\n".join([*lines, ""]))
    put(
        folder,
        queue("best", BEST_RETRY, few)
        + queue("twin", BEST_RETRY, few, "t")
        + queue("default", DEFAULT_RETRY, few)
        + queue("fifty", BEST_RETRY, many)
        + queue("ten", BEST_RETRY, TEN)
        + queue("told", BEST_RETRY, TEN, announcements=ANNOUNCED.format(every=ANNOUNCE_EVERY, sound=folder / SOUND)),
    )
    (folder / "pjsip.d" / "queue.conf").write_text(_ENDPOINTS.format(host=host, address=ADDRESS))


def hire(folder: Path, agents: int, agent_port: int, twins: int, twin_port: int) -> None:
    """There are so many agents from the next reload on: `twin` has own ones at its own port, the others share theirs.

    They come after denwaban's phones: for each aor that is pushed Asterisk walks all endpoints it has, and 2,000 that
    stand there before make that minutes (docs/asterisk-facts.md).
    """
    people = [_AGENT.format(name=agent(place), port=agent_port) for place in range(1, agents + 1)]
    people += [_AGENT.format(name=agent(place, "t"), port=twin_port) for place in range(1, twins + 1)]
    with (folder / "pjsip.d" / "queue.conf").open("a") as known:
        known.writelines(people)


def put(folder: Path, queues: str) -> None:
    """These are the queues from the next reload on, and no others."""
    (folder / "queues.d" / "queue.conf").write_text(queues)

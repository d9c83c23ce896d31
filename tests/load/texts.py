"""The sentences of docs/benchmarks.md."""

from __future__ import annotations

HEAD = """# Benchmarks

Written by `make bench`; do not edit. denwaban and Asterisk's own app_queue serve equal loads in the same Asterisk, in
the same run: an absolute time says little on a shared machine, a ratio within one run does. The clock is the wire: one
capture of the loopback with the kernel's times, SIP read afterwards; nothing is taken from the logs of either system.
Callers and agents are SIPp; agents answer at once and talk for a random 2–5 s, the same seeds for both systems. The
journal is on; nothing is recorded. The platform runs on one core, the robots and the capture on another.
"""

MEASURES = {
    "B1": """\
20 agents and about 40 waiting callers for each system, both at once. From an agent's BYE to the INVITE that
ends his idleness, while callers wait; the k-th agent to become free is matched with the k-th INVITE. The first 20 s are
dropped.""",
    "B1-default": """\
As B1, with a smaller sample. `retry` is slept after an attempt that failed only, so it seldom shows
here.""",
    "B2": """\
50 agents and 5 calls a second in a nearly Poisson stream for each system, both at once; an agent is always
idle. The caller's INVITE is matched with the agent's by the caller's number where it is shown, otherwise in order. Here
app_queue is not made to answer the caller first: Answer() waits up to 0.5 s for the caller's first sound. L3 is found
by a mark in the agent's sound; it includes what SIPp takes to begin to play.""",
    "F0": """\
What Asterisk and the ARI socket take with a bare client that decides nothing: one agent, called again the
moment he hangs up, nobody else. `BYE → next INVITE` is the floor under B1.""",
    "path": """\
denwaban alone, 20 agents and 40 waiting: each step between the agent's BYE and the next INVITE as it crossed
the wire.""",
    "rest": """\
Memory before the first call (pages shared by n processes count 1/n). Then 10 agents talk, 50 callers wait
and nothing happens for 30 s.""",
    "crowd": """\
2,000 agents of one tenant, phones registered, each with a token of his own and a connection of his own for each
request. First 2,000 of them sign in at random moments, 33 a second (the goal's reading: a shift begins within a
minute), then, signed out again, all of them at one moment (what the platform can take; each waits for those before
him). Then they click ready and break at random moments, 33 a second, with five boards open: until the click is
answered, and until another person's board shows it. On the way lie api, Redis, controller, journal, database and
news; the answer waits for the board.""",
    "B9": """\
200 tenants with 10 agents each, all signed in with their phones, and the one tenant of B1 with 20 agents and about
40 waiting callers, on one platform at the same time, with as many calls a second on either side. Of a tenant's ten
agents two are ready, the others paused: a core cannot serve 2,000 agents who talk for seconds only. Tenants are called
in a random order, by six callers each within a second; counted is each agent who becomes free while one of them
waits.""",
    "entitlements": """\
What a tenant's contracts allow is worked out when contracts change and read on the call path. Here three contracts
under three tariffs. Our own processor time; each sample is the mean of 100 questions.""",
    "ari": "Each operation in use, alone and at the end of a line of 100 others on the same socket.",
    "configuration": """\
The default row has `retry = 5`. Callers are answered (`Answer()`) before `Queue()` in B1, not in
B2. Agents are PJSIP endpoints with static contacts.""",
}

REPEAT = """## Repeat it

    make bench                          # everything, about 75 minutes
    make bench ARGS=--list              # the parts and how long each takes
    make bench ARGS=--smoke             # small samples: does the bench work?
    make bench ARGS="--part B1"         # one part (or more); what the page says of the others stays
    make bench ARGS=--missing           # go on where an earlier run was cut (var/bench/)

It fails when one of the checks of the bench itself does not hold. Let nothing else run on the machine meanwhile."""

"""The sentences of docs/benchmarks.md about crowds, shared agents, theory on the wire and size."""

from __future__ import annotations

MEASURES = {
    "B4": """\
As B1, with more callers who wait and more members: twenty of them take calls, the others are paused, the same in both
systems. Cut: more than 100 waiting callers for each system, since the music they hear fills the core by itself, and
2,000 agents who all take calls. Waiting by itself is measured with 150 callers for one system at a time, and beside
it the same callers in `MusicOnHold()`, without any queue.""",
    "B5": """\
Twenty agents take the calls of ten queues, in all of which they are; the other members are paused. About 40 callers
wait in all ten together. In app_queue the callers at the head of each queue run for the same agent, and the losers
sleep `retry` seconds: best configuration and default. Only one size of sharing (ten queues) is measured. denwaban's
agents are in up to 23 queues, those of the other cells too.

The goal is about the head caller: from the moment when an agent is free for whoever has waited longest in all ten
queues until that caller is the one an agent is rung for. In app_queue whichever queue looks first has the agent, so he
is passed over. Until anybody at all is rung it takes app_queue 0.1 to 0.2 s, since the ten queues look in turn; 1/300
of that is below what Asterisk itself needs from BYE to INVITE (F0), so that this cell is lost whoever plays
(docs/decisions/0042).""",
    "B5-2000": "As before; app_queue looks at all 2,000 members of a queue for each call.",
    "rate": """\
The highest rate: all members are ready, talk lasts about a second, calls come evenly and find an idle agent. A rate
holds when for 15 s everybody is served, nobody is refused, nothing is sent again and the 99th percentile of
invitation → agent's invitation is below 200 ms. From 4 calls a second on (denwaban from twice app_queue's rate on) half
as fast again each time, then once between; one system at a time, and app_queue without queues while denwaban works.""",
    "B6": """\
Ten agents, exponential talk of 2 s on average, Poisson calls for 90 % of their time, the same times for both systems.
The wait is from the caller's INVITE to the agent's. 1,500 calls give a wide interval, so the arrivals as they were on
the wire and the same talk times are also given to a queue that takes no time at all: what a system adds to that is
its own.""",
    "B10": """\
Ten agents; a crowd of 180 callers comes at once and is served one by one, so that whoever is first in line has waited
any time from 0 to 70 s. Every 30 s a caller hears eight seconds of announcement: his position in denwaban, a periodic
announcement in app_queue. The first 30 s, in which nobody has heard one, are dropped. denwaban rings meanwhile and
stops the announcement when the agent answers; app_queue's caller keeps his place and cannot be served before it is
over.""",
    "calls": """\
Every call of the parts above that were measured in this run, from the wire. Lost: no agent answered and the caller did
not give up. Offered twice: two agents' INVITEs open at once. Rung twice: an agent who rings or talks is rung. An INVITE
that is sent again is one; one without any answer ends with timer B.""",
    "M1": """\
In memory, no telephone: 2,000 agents with five of fifty skills each, in three of ten queues, and 500 callers who each
ask for a skill at a level, one in ten for less after a while. Half of the agents are idle and can do nothing that is
asked for; the others become ready one by one, and for each who is given a call another caller comes. Our own processor
time, with what is there to stay out of the collector's sight as in the controller.""",
    "size": """\
The floor in memory, no telephone: 1,000 queues, 5,000 members (each in three queues) and 10,000 waiting callers,
beside 10 queues, 250 members and 500 callers. Agents become ready one by one: from that to the offer of the next
call, everything recorded; our own processor time. Then 100,000 calls through 30 agents of three queues of whom three
in ten do not answer, turn down or cannot be reached and one hangs up at once; half of the callers ask for a skill, and
they give up anywhere: every fact is read by a guard.
Then a day of 2,000 agents at 99 %.""",
    "tenant": """\
On a running platform, over the API, each request with a connection of its own; a change is the next version of the
whole configuration. Sign-ins of all 5,000 agents, eight at once.""",
}

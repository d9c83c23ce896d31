"""What stands on the floor of one tenant at this moment; only `acd/evolve/` may change it."""

from __future__ import annotations

from acd.model.agents import MISSED as MISSED
from acd.model.agents import REFUSED as REFUSED
from acd.model.agents import Agent as Agent
from acd.model.agents import Line as Line
from acd.model.agents import Shown as Shown
from acd.model.agents import Wish as Wish
from acd.model.agents import Work as Work
from acd.model.floor import Call as Call
from acd.model.floor import Conversation as Conversation
from acd.model.floor import Direction as Direction
from acd.model.floor import Floor as Floor
from acd.model.floor import Leg as Leg
from acd.model.floor import LegState as LegState
from acd.model.floor import Party as Party
from acd.model.floor import Place as Place
from acd.model.floor import Queue as Queue
from acd.model.floor import Standing as Standing
from acd.model.offers import Offer as Offer
from acd.model.offers import OfferKind as OfferKind
from acd.model.oversight import Hearing as Hearing
from acd.model.oversight import Listening as Listening
from acd.model.talks import Destination as Destination
from acd.model.talks import Invitation as Invitation
from acd.model.talks import Parked as Parked
from acd.model.talks import Purpose as Purpose
from acd.model.waiting import Asked as Asked
from acd.model.waiting import Callback as Callback
from acd.model.waiting import Dropped as Dropped
from acd.model.waiting import History as History
from acd.model.waiting import Overflowing as Overflowing
from acd.model.waiting import dropped_key as dropped_key

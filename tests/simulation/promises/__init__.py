"""The list of promises: each is a module here, told of everything that happens."""

from __future__ import annotations

from tests.simulation.promise import Promise
from tests.simulation.promises.accounts import EveryMessageIsOnRecord
from tests.simulation.promises.answers import ADenialIsAnAnswer
from tests.simulation.promises.bounds import EverythingHasALimit
from tests.simulation.promises.chain import TheJournalGoesOn
from tests.simulation.promises.cutoffs import ACutOffIsComplete
from tests.simulation.promises.mail import MailIsForwardedOnce
from tests.simulation.promises.order import OrderWithinALine
from tests.simulation.promises.record import RecordThenRelease
from tests.simulation.promises.rest import EverythingDrains
from tests.simulation.promises.turns import EachInItsTurn

PROMISES: tuple[type[Promise], ...] = (
    MailIsForwardedOnce,  # first: others ask it what is held when the switch starts
    ADenialIsAnAnswer,
    ACutOffIsComplete,
    RecordThenRelease,
    EveryMessageIsOnRecord,
    OrderWithinALine,
    EverythingHasALimit,
    TheJournalGoesOn,
    EachInItsTurn,
    EverythingDrains,
)

"""The groups of PNRGOV (PADIS; IATA/ICAO/WCO PNRGOV guide, versions 10.1 to 21.1), as one table.

The message is not in the United Nations' directories. Versions only add to each other, so one table reads
all. Liberties: a message without SRC, check-in without DAT, history without ABI. Hotels and cars stand in
MSG groups with one TVL; the next TVL is a flight again. What SAC encloses is history, never an itinerary.

>>> [group.trigger for group in GRAMMAR.groups[0].groups]
['TIF', 'TVL', 'EQN', 'MSG', 'ABI', 'SAC']
"""

import re

from cordillera.engines.edifact.grammar import parse

_PRICED = "SG3*99(TKT! MON PTK TXD99 DAT9 SG4*99(FOP! IFT99 ADD9))"
_TRAVELLER = f"SG2*999(TIF! FTI99 IFT99 REF9 EBD9 FAR9 SSR999 ADD9 {_PRICED})"
_BOARDED = "SG7*999(TRI! TIF SSD TBD99)"
_FLIGHT = f"SG5*99(TVL! TRA RPI APD SSR999 RCI9 IFT99 SG6*99(DAT! ORG {_BOARDED}) {_BOARDED})"
_SPLIT = "SG8*99(EQN! RCI9)"
_OTHER = "SG9*99(MSG! SG13=1(TVL! TRA RPI APD SSR99 RCI9 IFT99))"
_CHANGED = "SG11*9999(SAC! TIF9 SSR9 IFT9 TBD9 FOP9 TKT9 ADD9 SG12*99(TVL! RPI))"
_HISTORY = f"SG10*999(ABI! DAT {_CHANGED}) {_CHANGED}"
_RESERVATION = (
    "SG1*99999(SRC! RCI9 SSR999 DAT9 IFT999 ORG ADD9 EBD9 REF9 FTI9 FAR9 "
    f"{_TRAVELLER} {_FLIGHT} {_SPLIT} {_OTHER} {_HISTORY} LTS9999)"
)
GRAMMAR = parse(f"UNH! MSG! ORG! TVL! EQN! {_RESERVATION} UNT!")
BEGINS_RESERVATION = frozenset({"RCI", "TIF"})
"""What begins a reservation whose SRC is missing."""

_VERSION = re.compile(r"(\d{1,2}):(\d)")
_OLDEST, _NEWEST = (10, 1), (21, 1)


def is_known(version: str) -> bool:
    """Whether the version is one this reader was written for (10:1 to 21:1)."""
    match = _VERSION.fullmatch(version)
    return match is not None and _OLDEST <= (int(match.group(1)), int(match.group(2))) <= _NEWEST

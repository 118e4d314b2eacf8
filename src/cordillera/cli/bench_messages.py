"""Whole messages of invented persons, for benchmarks and tests: a record of every kind in each.

>>> interchange(random.Random(1), 2).count(b"NAD+FL")
2
"""

import random
from typing import Final

_SURNAMES: Final = ("LOOR", "QUISPE", "VERA", "ROJAS", "MERO", "CEDENO", "TAPIA", "O?'HARA")


def interchange(chance: random.Random, travellers: int) -> bytes:
    """An interchange with a passenger list and the reservations of as many invented travellers."""
    people = [(chance.choice(_SURNAMES), f"P{chance.randrange(10**7):07}") for _ in range(travellers)]
    listed = "".join(
        f"NAD+FL+++{name}:ANA'ATT+2++F'DTM+329:800517'LOC+178+UIO'LOC+179+BOG'NAT+2+ECU'RFF+AVF:{number[:6]}'"
        f"DOC+P:110:111+{number}'DTM+36:310218'LOC+91+ECU'\r\n"
        for name, number in people
    )
    head = "BGM+745'TDT+20+XA412'LOC+125+UIO'DTM+189:2611260900:201'LOC+87+BOG'DTM+232:2611261105:201'"
    paxlst = f"UNH+1+PAXLST:D:05B:UN:IATA'{head}{listed}CNT+42:{travellers}'UNT+{travellers * 10 + 9}+1'"
    booked = "".join(_reservation(name, number) for name, number in people)
    head = f"MSG+:22'ORG+XA:UIO'TVL+261126:0900:1105+UIO+BOG+XA+412'EQN+{travellers}'"
    pnrgov = f"UNH+2+PNRGOV:13:1:IA+REF7'{head}{booked}UNT+{travellers * 22 + 6}+2'"
    return f"UNA:+.? 'UNB+UNOA:4+XA+EC+261125:1200+R1'\r\n{paxlst}{pnrgov}UNZ+2+R1'".encode()


def _reservation(name: str, number: str) -> str:
    return (
        f"SRC'RCI+XA:{number[1:7]}::011126:1200'SSR+VGML:HK:1:XA'DAT+700:061126:1010+710:061126:1200'\r\n"
        f"ORG+1A:UIO+12345678:UIO01+QUI++T+EC:USD+AG7'ADD++700:CALLE LARGA 45:CUENCA:AZUAY::EC:010101:593728'"
        f"TIF+{name}+ANAMRS:A:1'FTI+XA:{number}'IFT+4:28::XA+CTCE ANA..{number}//MAIL.EC'REF+:{number}'"
        f"SSR+DOCS:HK:1:XA:::::/P/ECU/{number}/ECU/17MAY80/F/18FEB31/{name}/ANA/MARIA'TKT+462{number}:T:1'"
        f"MON+B:200.00:USD+T:240.00:USD'FOP+CC::240.00:VI:XXXXXXXXXXXX1186:0228'\r\n"
        f"TVL+261126:0900::1105+UIO+BOG+XA+412:Y'RPI+1+HK'SSR+SEAT:HK:1:XA:::UIO:BOG+15A::1'DAT+2:251126:2200'"
        f"TRI++108:::1'TIF+{name}+ANAMRS:A:1'SSD+15A++++Y'TBD++1:21:700+++XA:48521:1:BOG'"
    )


def list_alone(data: bytes) -> bytes:
    """The interchange without its reservations."""
    return data[: data.index(b"UNH+2+PNRGOV")] + b"UNZ+1+R1'"


def reservations_alone(data: bytes) -> bytes:
    """The interchange without its passenger list."""
    return data[: data.index(b"UNH+1+PAXLST")] + data[data.index(b"UNH+2+PNRGOV") :]


def xml_message(chance: random.Random, travellers: int) -> bytes:
    """Reservations in XML of as many invented travellers."""
    people = [
        (chance.choice(_SURNAMES).replace("?", ""), f"P{chance.randrange(10**7):07}")
        for _ in range(travellers)
    ]
    booked = "".join(
        f'<PNR><BookingRefID ID="{number[:6]}" CreationDateTime="2026-11-01T12:00:00Z">'
        f'<CompanyName Code="XA"/></BookingRefID><OSI><Text>ASKED TWICE</Text></OSI>'
        f'<Passenger RPH="1"><GivenName>ANA</GivenName><Surname>{name} &amp; CO</Surname><DocSSR>'
        f'<DOCS TravelDocType="P" IssuingLoc="ECU" TravelDocNbr="{number}" '
        f'DateOfBirth="1980-05-17" ExpiryDate="2031-02-18"/></DocSSR>'
        f'<SSR SSRCode="VGML" Status="HK"/></Passenger></PNR>'
        for name, number in people
    )
    head = '<IATA_PNRGOV_NotifRQ Version="13.1" MessageFunction="22" TimeStamp="2026-11-25T12:00:00">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<PNRs>{booked}</PNRs></IATA_PNRGOV_NotifRQ>'.encode()

"""From the local time a carrier writes to UTC (WCO/IATA/ICAO PAXLST guide: times are local to the port).

A node reads messages about arrivals at its own border, so a port that is not in the table is taken to
lie in the node's own zone, and the flight says that this was assumed.

>>> to_utc("2026-11-21T07:40", zone_of("UIO", "America/Guayaquil").name).isoformat()
'2026-11-21T12:40:00+00:00'
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

_PORTS = {
    "America/Guayaquil": "UIO GYE MEC CUE ESM LOH SNC XMS OCC LTX TPN MCH",
    "Pacific/Galapagos": "GPS SCY IBB",
    "America/New_York": "JFK EWR LGA IAD DCA MIA FLL MCO ATL BOS PHL CLT DTW BWI TPA RDU",
    "America/Chicago": "ORD MDW DFW IAH HOU AUS MSP STL BNA MSY",
    "America/Denver": "DEN SLC",
    "America/Phoenix": "PHX",
    "America/Los_Angeles": "LAX SFO SAN SEA PDX LAS OAK SJC",
    "Pacific/Honolulu": "HNL OGG",
    "America/Puerto_Rico": "SJU",
    "America/Bogota": "BOG MDE CLO CTG BAQ",
    "America/Lima": "LIM CUZ AQP",
    "America/Santiago": "SCL IQQ ANF CCP PMC",
    "America/Panama": "PTY",
    "America/Mexico_City": "MEX GDL MTY",
    "America/Sao_Paulo": "GRU GIG BSB",
    "America/Argentina/Buenos_Aires": "EZE AEP COR",
    "America/Caracas": "CCS MAR",
    "Europe/Madrid": "MAD BCN",
    "Europe/Amsterdam": "AMS",
    "Europe/Brussels": "BRU",
    "Europe/Paris": "CDG ORY",
    "Europe/London": "LHR LGW",
    "Europe/Berlin": "FRA MUC BER",
    "Europe/Rome": "FCO MXP",
    "Europe/Istanbul": "IST",
}
_ZONES = {port: zone for zone, ports in _PORTS.items() for port in ports.split()}


class PortZone(msgspec.Struct, frozen=True):
    """A zone of the tz database; `assumed` when the port is not in the table."""

    name: str
    assumed: bool


def zone_of(port: str, home: str) -> PortZone:
    """Return the zone of an IATA port code; `home` is the node's own, for ports that are not known."""
    known = _ZONES.get(port)
    return PortZone(known or home, assumed=known is None)


def to_utc(local: str, zone: str) -> datetime | None:
    """Return the UTC moment of a local ISO 8601 time, or None when either cannot be used."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, ZoneInfoNotFoundError, OverflowError):
        return None

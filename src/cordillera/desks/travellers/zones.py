"""From the local time a carrier writes to UTC (WCO/IATA/ICAO PAXLST guide: times are local to the port).

A node reads messages about arrivals at its own border, so a port that is not in the table is taken to
lie in the node's own zone, and the flight says that this was assumed. Ships' ports are UN/LOCODE (UNECE
recommendation 16): of a country with one zone its two letters tell it, of others the port has to be known.

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
_COUNTRIES = {
    "America/Lima": "PE",
    "America/Bogota": "CO",
    "America/Panama": "PA",
    "America/Caracas": "VE",
    "America/Montevideo": "UY",
    "America/Argentina/Buenos_Aires": "AR",
    "America/Costa_Rica": "CR",
    "America/Guatemala": "GT",
    "America/El_Salvador": "SV",
    "America/Tegucigalpa": "HN",
    "America/Managua": "NI",
    "America/Santo_Domingo": "DO",
    "America/Havana": "CU",
    "America/Jamaica": "JM",
    "America/Nassau": "BS",
    "America/Curacao": "CW",
    "America/Aruba": "AW",
    "America/Puerto_Rico": "PR",
    "Europe/Amsterdam": "NL",
    "Europe/Brussels": "BE",
    "Europe/Berlin": "DE",
    "Europe/London": "GB",
    "Europe/Paris": "FR",
    "Europe/Rome": "IT",
    "Europe/Istanbul": "TR",
    "Asia/Shanghai": "CN",
    "Asia/Seoul": "KR",
    "Asia/Tokyo": "JP",
    "Asia/Singapore": "SG",
}
_SEAPORTS = {
    "America/Guayaquil": "ECGYE ECMEC ECESM ECPBO ECLLD",
    "Pacific/Galapagos": "ECGPS ECSCY",
    "America/Santiago": "CLVAP CLSAI CLSVE CLIQQ CLANF CLARI CLPMC",
    "America/Punta_Arenas": "CLPUQ",
    "America/New_York": "USNYC USMIA USPEF USPCV USBAL USBOS USCHS USSAV USJAX USTPA USPHL USORF",
    "America/Chicago": "USHOU USGLS USMSY USMOB",
    "America/Los_Angeles": "USLAX USLGB USOAK USSFO USSAN USSEA",
    "America/Mexico_City": "MXZLO MXVER MXLZC MXACA",
    "America/Cancun": "MXCZM",
    "America/Sao_Paulo": "BRSSZ BRRIO BRPNG BRITJ BRNVT",
    "Europe/Madrid": "ESBCN ESALG ESVLC ESVGO ESBIO",
    "Atlantic/Canary": "ESLPA ESSCT",
    "Europe/Lisbon": "PTLIS PTLEI PTSIE",
}
_LOCODE = 5
_ZONES = {port: zone for zone, ports in _PORTS.items() for port in ports.split()}
_SEAPORT_ZONES = {port: zone for zone, ports in _SEAPORTS.items() for port in ports.split()}
_OF_COUNTRY = {country: zone for zone, country in _COUNTRIES.items()}


class PortZone(msgspec.Struct, frozen=True):
    """A zone of the tz database; `assumed` when the port is not in the table."""

    name: str
    assumed: bool


def zone_of(port: str, home: str) -> PortZone:
    """Return the zone of an IATA code or UN/LOCODE; `home` is the node's own, for ports that are not known.

    >>> zone_of("PECLL", "America/Guayaquil"), zone_of("PE CLL", "America/Guayaquil").assumed
    (PortZone(name='America/Lima', assumed=False), False)
    """
    known = _ZONES.get(port) or _seaport_zone("".join(port.split()))
    return PortZone(known or home, assumed=known is None)


def _seaport_zone(code: str) -> str | None:
    return _SEAPORT_ZONES.get(code) or (_OF_COUNTRY.get(code[:2]) if len(code) == _LOCODE else None)


def to_utc(local: str, zone: str) -> datetime | None:
    """Return the UTC moment of a local ISO 8601 time, or None when either cannot be used."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, ZoneInfoNotFoundError, OverflowError):
        return None


def moment_at(port: str, local: str) -> str:
    """Return the UTC moment of a local time at a port, or "" where a rule could not rest on it.

    That is where the zone is only assumed, and where clocks that are changed show the time twice or never.

    >>> [moment_at("AMS", told) for told in ("2026-10-25T03:00", "2026-10-25T02:30", "2026-03-29T02:30")]
    ['2026-10-25T02:00Z', '', '']
    """
    zone = zone_of(port, "")
    if zone.assumed or (at := to_utc(local, zone.name)) is None:
        return ""
    there = ZoneInfo(zone.name)
    told = datetime.fromisoformat(local).replace(tzinfo=there)
    clear = told.utcoffset() == told.replace(fold=1).utcoffset()
    return f"{at:%Y-%m-%dT%H:%M}Z" if clear else ""

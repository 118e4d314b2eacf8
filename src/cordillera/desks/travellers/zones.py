"""From the local time a carrier writes to UTC (WCO/IATA/ICAO PAXLST guide: times are local to the port).

The tables are our own, of public facts: the zone (tz database) of a country that has one, of others the zone
of each port. Ships' ports are UN/LOCODE (UNECE recommendation 16), whose two letters tell the country.

Of a port that is in no table nobody says a time in UTC: no countdown, no lateness, nothing for rules. Only
the day of the board on which its flight stands is then told by the node's own zone.

>>> to_utc("2026-11-21T07:40", zone_of("UIO", "America/Guayaquil").name).isoformat()
'2026-11-21T12:40:00+00:00'
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from cordillera.desks.travellers.itinerary_places import place_of

_PORTS = {
    "America/Guayaquil": "UIO GYE MEC CUE ESM LOH SNC XMS OCC LTX TPN MCH TUA LGQ",
    "Pacific/Galapagos": "GPS SCY IBB",
    "America/New_York": "JFK EWR LGA IAD DCA MIA FLL MCO ATL BOS PHL CLT DTW BWI TPA RDU JAX RSW PBI CVG CLE"
    " PIT CMH BUF",
    "America/Kentucky/Louisville": "SDF",
    "America/Indiana/Indianapolis": "IND",
    "America/Chicago": "ORD MDW DFW IAH HOU AUS MSP STL BNA MSY DAL SAT MEM MCI",
    "America/Denver": "DEN SLC ABQ ELP",
    "America/Phoenix": "PHX TUS",
    "America/Los_Angeles": "LAX SFO SAN SEA PDX LAS OAK SJC SMF SNA",
    "America/Anchorage": "ANC",
    "America/Puerto_Rico": "SJU STT",
    "America/Santiago": "SCL IQQ ANF CCP PMC ARI CJC LSC ZCO CPO",
    "America/Punta_Arenas": "PUQ",
    "America/Coyhaique": "BBA",
    "Pacific/Easter": "IPC",
    "America/Mexico_City": "MEX GDL MTY NLU PVR",
    "America/Cancun": "CUN",
    "America/Tijuana": "TIJ",
    "America/Mazatlan": "SJD",
    "America/Sao_Paulo": "GRU GIG BSB VCP CGH CNF POA",
    "America/Bahia": "SSA",
    "America/Recife": "REC",
    "America/Fortaleza": "FOR",
    "America/Manaus": "MAO",
    "America/Belem": "BEL",
    "America/Toronto": "YYZ YUL YOW",
    "America/Winnipeg": "YWG",
    "America/Edmonton": "YYC YEG",
    "America/Vancouver": "YVR",
    "America/Halifax": "YHZ",
    "America/Curacao": "CUR BON SXM",
    "America/Aruba": "AUA",
    "Europe/Madrid": "MAD BCN AGP PMI VLC SVQ BIO",
    "Atlantic/Canary": "LPA TFS TFN",
    "Europe/Lisbon": "LIS OPO",
    "Atlantic/Azores": "PDL",
    "Europe/Moscow": "SVO DME VKO LED",
    "Asia/Vladivostok": "VVO",
    "Asia/Jakarta": "CGK",
    "Asia/Makassar": "DPS",
    "Africa/Kinshasa": "FIH",
    "Australia/Sydney": "SYD CBR",
    "Australia/Melbourne": "MEL",
    "Australia/Brisbane": "BNE CNS OOL",
    "Australia/Adelaide": "ADL",
    "Australia/Darwin": "DRW",
    "Australia/Perth": "PER",
    "Australia/Hobart": "HBA",
    "Pacific/Auckland": "AKL CHC WLG ZQN",
    "Pacific/Chatham": "CHT",
    "Pacific/Norfolk": "NLK",
    "Pacific/Honolulu": "HNL OGG KOA LIH ITO",
    "Pacific/Guam": "GUM SPN",
    "Pacific/Palau": "ROR",
    "Pacific/Chuuk": "TKK YAP",
    "Pacific/Pohnpei": "PNI",
    "Pacific/Kosrae": "KSA",
    "Pacific/Kwajalein": "KWA",
    "Pacific/Majuro": "MAJ",
    "Pacific/Tarawa": "TRW",
    "Pacific/Kiritimati": "CXI",
    "Pacific/Nauru": "INU",
    "Pacific/Funafuti": "FUN",
    "Pacific/Wallis": "WLS",
    "Pacific/Fiji": "NAN SUV",
    "Pacific/Efate": "VLI",
    "Pacific/Noumea": "NOU",
    "Pacific/Guadalcanal": "HIR",
    "Pacific/Port_Moresby": "POM",
    "Pacific/Bougainville": "BUA",
    "Pacific/Tongatapu": "TBU VAV",
    "Pacific/Apia": "APW",
    "Pacific/Pago_Pago": "PPG",
    "Pacific/Niue": "IUE",
    "Pacific/Rarotonga": "RAR",
    "Pacific/Tahiti": "PPT BOB",
    "Pacific/Marquesas": "NHV",
    "Pacific/Gambier": "GMR",
}
_COUNTRIES = """
America/Lima PE, America/Bogota CO, America/Panama PA, America/Caracas VE, America/Montevideo UY,
America/Argentina/Buenos_Aires AR, America/Asuncion PY, America/La_Paz BO, America/Costa_Rica CR,
America/Guatemala GT, America/El_Salvador SV, America/Tegucigalpa HN, America/Managua NI, America/Belize BZ,
America/Santo_Domingo DO, America/Havana CU, America/Jamaica JM, America/Nassau BS,
America/Port-au-Prince HT, America/Barbados BB, America/Port_of_Spain TT, America/Martinique MQ,
America/Guadeloupe GP, America/Guyana GY, America/Paramaribo SR, America/Cayenne GF, America/Curacao CW,
America/Aruba AW, America/Puerto_Rico PR, Atlantic/Bermuda BM, Atlantic/Reykjavik IS, Atlantic/Cape_Verde CV,
Europe/Amsterdam NL, Europe/Brussels BE, Europe/Berlin DE, Europe/London GB, Europe/Paris FR, Europe/Rome IT,
Europe/Dublin IE, Europe/Zurich CH, Europe/Vienna AT, Europe/Luxembourg LU, Europe/Copenhagen DK,
Europe/Stockholm SE, Europe/Oslo NO, Europe/Helsinki FI, Europe/Tallinn EE, Europe/Riga LV,
Europe/Vilnius LT, Europe/Warsaw PL, Europe/Prague CZ, Europe/Budapest HU, Europe/Bratislava SK,
Europe/Bucharest RO, Europe/Sofia BG, Europe/Belgrade RS, Europe/Zagreb HR, Europe/Ljubljana SI,
Europe/Tirane AL, Europe/Athens GR, Europe/Istanbul TR, Asia/Nicosia CY, Europe/Malta MT, Europe/Minsk BY,
Asia/Jerusalem IL, Asia/Amman JO, Asia/Beirut LB, Asia/Dubai AE, Asia/Qatar QA, Asia/Bahrain BH,
Asia/Kuwait KW, Asia/Riyadh SA, Asia/Muscat OM, Asia/Tehran IR, Asia/Baghdad IQ, Africa/Cairo EG,
Africa/Casablanca MA, Africa/Algiers DZ, Africa/Tunis TN, Africa/Lagos NG, Africa/Accra GH,
Africa/Abidjan CI, Africa/Dakar SN, Africa/Addis_Ababa ET, Africa/Nairobi KE, Africa/Kampala UG,
Africa/Kigali RW, Africa/Dar_es_Salaam TZ, Africa/Johannesburg ZA, Africa/Harare ZW, Africa/Lusaka ZM,
Africa/Windhoek NA, Africa/Luanda AO, Africa/Maputo MZ, Indian/Mauritius MU, Indian/Mahe SC,
Africa/Khartoum SD, Asia/Kolkata IN, Asia/Colombo LK, Asia/Dhaka BD, Asia/Kathmandu NP, Asia/Karachi PK,
Asia/Kabul AF, Asia/Tashkent UZ, Asia/Almaty KZ, Asia/Baku AZ, Asia/Tbilisi GE, Asia/Yerevan AM,
Europe/Kiev UA, Asia/Shanghai CN, Asia/Hong_Kong HK, Asia/Taipei TW, Asia/Seoul KR, Asia/Tokyo JP,
Asia/Manila PH, Asia/Ho_Chi_Minh VN, Asia/Bangkok TH, Asia/Kuala_Lumpur MY, Asia/Singapore SG, Asia/Yangon MM
"""
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
_OF_COUNTRY = {country: zone for zone, country in (pair.split() for pair in _COUNTRIES.split(","))}


class PortZone(msgspec.Struct, frozen=True):
    """A zone of the tz database; `assumed` when the port is not in the table."""

    name: str
    assumed: bool


def zone_of(port: str, home: str) -> PortZone:
    """Return the zone of an IATA code or UN/LOCODE; `home` is the node's own, for ports that are not known.

    >>> zone_of("PECLL", "America/Guayaquil"), zone_of("PE CLL", "America/Guayaquil").assumed
    (PortZone(name='America/Lima', assumed=False), False)
    """
    known = _ZONES.get(port) or _airport_zone(port) or _seaport_zone("".join(port.split()))
    return PortZone(known or home, assumed=known is None)


def _airport_zone(code: str) -> str | None:
    place = place_of(code)
    return None if place is None else _OF_COUNTRY.get(place.country)


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
    return f"{at:%Y-%m-%dT%H:%M}Z" if is_clear(local, zone.name) else ""


def is_clear(local: str, zone: str) -> bool:
    """Tell whether the clocks of a zone show a local time once: not twice and not never, as in some nights.

    >>> is_clear("2026-10-25T02:30", "Europe/Amsterdam"), is_clear("2026-10-24T02:30", "Europe/Amsterdam")
    (False, True)
    """
    try:
        told = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError):
        return True  # no time at all
    return told.utcoffset() == told.replace(fold=1).utcoffset()

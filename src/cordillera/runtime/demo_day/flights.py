"""Twenty flights that land in Guayaquil, Quito and Manta on one day; the carriers are invented."""

from datetime import date, datetime, time, timedelta

import msgspec

from cordillera.engines.edifact.paxlst_writer import LegDraft

# hours from UTC in November
OFFSETS = {
    "AMS": 1, "ATL": -5, "BOG": -5, "CDG": 1, "CLO": -5, "EZE": -3, "FLL": -5, "GRU": -3, "GYE": -5,
    "HAV": -5, "IAH": -6, "JFK": -5, "LIM": -5, "MAD": 1, "MEC": -5, "MEX": -6, "MIA": -5,
    "PTY": -5, "SAL": -6, "SCL": -3, "UIO": -5,
}  # fmt: skip


class Flight(msgspec.Struct, frozen=True):
    """A flight: designator, ports, local arrival time, duration in minutes, seats taken."""

    number: str
    origin: str
    destination: str
    lands: time
    minutes: int
    seats: int

    def leg(self, day: date) -> LegDraft:
        """The flight on the day it lands, with local times."""
        arrives = datetime.combine(day, self.lands)
        ahead = timedelta(hours=OFFSETS[self.origin] - OFFSETS[self.destination])
        departs = arrives - timedelta(minutes=self.minutes) + ahead
        return LegDraft(
            flight=self.number,
            departure=self.origin,
            departs=departs.isoformat(timespec="minutes"),
            arrival=self.destination,
            arrives=arrives.isoformat(timespec="minutes"),
        )

    def sent_at(self, day: date) -> str:
        """When the carrier sends its list: 35 minutes after departure, in UTC."""
        departs = datetime.fromisoformat(self.leg(day).departs)
        sent = departs - timedelta(hours=OFFSETS[self.origin]) + timedelta(minutes=35)
        return sent.isoformat(timespec="minutes")


FLIGHTS = (
    Flight("4A9301", "MAD", "UIO", time(4, 55), 665, 224),
    Flight("4A9303", "MAD", "GYE", time(5, 40), 680, 218),
    Flight("7K1180", "MIA", "GYE", time(6, 20), 265, 152),
    Flight("7K1182", "MIA", "UIO", time(7, 5), 260, 148),
    Flight("X2640", "BOG", "UIO", time(7, 50), 95, 131),
    Flight("X2644", "BOG", "GYE", time(8, 30), 110, 124),
    Flight("5Z212", "LIM", "GYE", time(9, 15), 120, 118),
    Flight("5Z218", "LIM", "UIO", time(10, 0), 140, 121),
    Flight("9T451", "PTY", "GYE", time(10, 35), 125, 139),
    Flight("9T457", "PTY", "UIO", time(11, 10), 115, 133),
    Flight("9T459", "PTY", "MEC", time(12, 5), 120, 92),
    Flight("8N77", "AMS", "UIO", time(13, 25), 690, 226),
    Flight("6F505", "CDG", "GYE", time(14, 10), 700, 207),
    Flight("7K2230", "JFK", "GYE", time(15, 0), 415, 161),
    Flight("3D874", "ATL", "UIO", time(16, 20), 320, 158),
    Flight("3D960", "IAH", "GYE", time(17, 45), 325, 149),
    Flight("2L531", "SCL", "GYE", time(18, 30), 335, 154),
    Flight("X2701", "CLO", "MEC", time(19, 20), 75, 86),
    Flight("1M618", "MEX", "UIO", time(20, 40), 300, 143),
    Flight("1M622", "SAL", "GYE", time(22, 15), 170, 116),
)

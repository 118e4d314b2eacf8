"""An itinerary drawn: great circles between airports, in the plane, ready to be written as SVG; purely.

1. A leg is drawn when both its airports are in `itinerary_places`; the others are told by name.
2. Legs follow the great circle, in steps of at most two degrees.
3. The map is cut where the itinerary leaves the largest gap in longitude, so that a flight over the date
   line stays one line; only who goes round the whole world has a line that ends at one edge and goes on at
   the other.
4. A map of `itinerary_coasts.LEAST_SHOWN` degrees or more shows coasts, generalised: where on Earth, no more.
5. North is up; a degree of longitude is drawn as long as it is in the middle of the map.

>>> uio, mad = place_of("UIO"), place_of("MAD")
>>> round(kilometres(uio, mad), -1)
8740.0
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import acos, atan2, ceil, cos, degrees, hypot, pi, radians, sin
from typing import Final

import msgspec

from cordillera.desks.travellers.itinerary_coasts import LEAST_SHOWN, coasts
from cordillera.desks.travellers.itinerary_places import Place, place_of

WIDTH, HEIGHT = 800, 360
MOST_LEGS = 24
_EARTH: Final = 6371.0
_STEP: Final = 2.0
_MARGIN: Final = 44
_LEAST: Final = 8.0  # degrees shown, however short the flight
_HALF, _WHOLE = 180.0, 360.0
_FARTHEST: Final = 85.0
_STEPS: Final = (2, 5, 10, 15, 30, 45, 60)
_LINES: Final = 7
_LETTER, _LABEL_HEIGHT = 8, 16
_TINY: Final = 1e-9
_SHORT, _ASIDE = 70, 26

Point = tuple[float, float]


class DrawnLeg(msgspec.Struct, frozen=True):
    """A leg as SVG path data, the number it bears in the itinerary, and where that number stands."""

    number: int
    path: str
    x: float
    y: float
    today: bool


class DrawnPlace(msgspec.Struct, frozen=True):
    """An airport on the map; `label_x`, `label_y` and `anchor` place its code beside it."""

    code: str
    city: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    today: bool


class GridLine(msgspec.Struct, frozen=True):
    """A meridian or parallel, with its degrees."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str


class ItineraryMap(msgspec.Struct, frozen=True):
    """Everything an SVG of `width` by `height` needs. `unknown` are codes without a place."""

    width: int
    height: int
    legs: tuple[DrawnLeg, ...]
    places: tuple[DrawnPlace, ...]
    grid: tuple[GridLine, ...]
    unknown: tuple[str, ...]
    omitted: int = 0
    coast: str = ""


class _Frame(msgspec.Struct, frozen=True):
    """From degrees to the plane: the western edge, the middle, and how long a degree is."""

    west: float
    lon: float
    lat: float
    across: float
    up: float

    def at(self, lon: float, lat: float) -> Point:
        return (
            round(WIDTH / 2 + (lon - self.lon) * self.across, 1),
            round(HEIGHT / 2 - (lat - self.lat) * self.up, 1),
        )

    def east_of_edge(self, lon: float) -> float:
        return self.west + (lon - self.west) % _WHOLE


def kilometres(one: Place, other: Place) -> float:
    """Return the length of the great circle between two airports."""
    return _EARTH * _angle(one, other)


def drawn(legs: Sequence[tuple[str, str]], today: int | None = None) -> ItineraryMap | None:
    """Draw legs, each from one code to another; `today` is the index of the one to stress.

    None when there is no leg of which both places are known (condition 1).
    """
    shown = legs[:MOST_LEGS]
    codes = tuple(dict.fromkeys(code for leg in shown for code in leg))
    known = {code: place for code in codes if (place := place_of(code)) is not None}
    found = {
        number: _arc(known[one], known[other])
        for number, (one, other) in enumerate(shown)
        if one in known and other in known
    }
    if not found:
        return None
    frame = _frame([point for points in found.values() for point in points])
    ends = {code for number in found for code in shown[number]}
    stressed = set(shown[today]) if today is not None and today in found else set()
    return ItineraryMap(
        width=WIDTH,
        height=HEIGHT,
        legs=tuple(_leg(number, points, frame, today) for number, points in found.items()),
        places=tuple(_placed([known[code] for code in codes if code in ends], frame, stressed)),
        grid=tuple(_grid(frame)),
        unknown=tuple(code for code in codes if code and code not in known),
        omitted=len(legs) - len(shown),
        coast=_coast(frame),
    )


def _angle(one: Place, other: Place) -> float:
    lat1, lat2, across = radians(one.lat), radians(other.lat), radians(other.lon - one.lon)
    inside = sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * cos(across)
    return acos(max(-1.0, min(1.0, inside)))


def _arc(one: Place, other: Place) -> list[Point]:
    """Longitudes and latitudes along the great circle (condition 2); opposite points go along a meridian."""
    angle = _angle(one, other)
    parts = max(1, ceil(degrees(angle) / _STEP))
    if sin(angle) < _TINY:
        return [(one.lon, one.lat), (other.lon, other.lat)]
    return [_between(one, other, angle, part / parts) for part in range(parts + 1)]


def _between(one: Place, other: Place, angle: float, share: float) -> Point:
    near, far = sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle)
    x, y, z = (near * a + far * b for a, b in zip(_vector(one), _vector(other), strict=True))
    lon = degrees(atan2(y, x))
    return lon, degrees(atan2(z, hypot(x, y)))


def _vector(place: Place) -> tuple[float, float, float]:
    lat, lon = radians(place.lat), radians(place.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def _frame(points: Sequence[Point]) -> _Frame:
    """Conditions 3 and 5: the cut, the middle and the scale."""
    lons = sorted({lon % _WHOLE for lon, _ in points})
    gaps = [(after - before, after) for before, after in pairwise([*lons, lons[0] + _WHOLE])]
    gap, first = max(gaps)
    west = first - gap / 2
    ours = [west + (lon - west) % _WHOLE for lon in lons]
    lats = [lat for _, lat in points]
    middle_lon, middle_lat = (min(ours) + max(ours)) / 2, (min(lats) + max(lats)) / 2
    squeeze = max(cos(radians(min(abs(middle_lat), _FARTHEST))), cos(pi / 3))
    up = min(
        (WIDTH - 2 * _MARGIN) / (max(max(ours) - min(ours), _LEAST) * squeeze),
        (HEIGHT - 2 * _MARGIN) / max(max(lats) - min(lats), _LEAST / 2),
    )
    return _Frame(west, middle_lon, middle_lat, up * squeeze, up)


def _leg(number: int, points: Sequence[Point], frame: _Frame, today: int | None) -> DrawnLeg:
    lines = list(_lines(points, frame))
    path = "".join(
        f"M{line[0][0]} {line[0][1]}" + "".join(f"L{x} {y}" for x, y in line[1:]) for line in lines
    )
    return DrawnLeg(number + 1, path, *_beside(points, frame), today=number == today)


def _coast(frame: _Frame) -> str:
    """The coasts that the map shows, as SVG path data (condition 4); what lies outside is left out."""
    if min(WIDTH / frame.across, HEIGHT / frame.up) < LEAST_SHOWN:
        return ""
    parts = []
    for line in (line for coast in coasts() for line in _lines(coast, frame)):
        drawn_to: Point | None = None
        for one, other in pairwise((round(x), round(y)) for x, y in line):
            if _seen(one, other):
                parts.append(f"L{other[0]} {other[1]}" if drawn_to == one else _stroke(one, other))
                drawn_to = other
    return "".join(parts)


def _stroke(one: Point, other: Point) -> str:
    return f"M{one[0]} {one[1]}L{other[0]} {other[1]}"


def _seen(one: Point, other: Point) -> bool:
    """Whether a stroke may be on the map: it is not wholly beyond one of its edges."""
    (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return right >= 0 and left <= WIDTH and bottom >= 0 and top <= HEIGHT


def _beside(points: Sequence[Point], frame: _Frame) -> Point:
    """Where the number of a leg stands: on it, or left of it when it is too short to bear one."""
    lon, lat = points[(2 * len(points)) // 5]
    x, y = frame.at(frame.east_of_edge(lon), lat)
    (x1, y1), (x2, y2) = (frame.at(frame.east_of_edge(lon), lat) for lon, lat in (points[0], points[-1]))
    length = hypot(x2 - x1, y2 - y1)
    if length >= _SHORT:
        return x, y
    aside = (-abs(y2 - y1) / length, (x2 - x1) / length * (1 if y2 > y1 else -1)) if length else (-1.0, 0.0)
    x, y = (x1 + x2) / 2 + aside[0] * _ASIDE, (y1 + y2) / 2 + aside[1] * _ASIDE
    return round(min(max(x, _ASIDE / 2), WIDTH - _ASIDE / 2), 1), round(
        min(max(y, _ASIDE / 2), HEIGHT - _ASIDE / 2), 1
    )


def _lines(points: Sequence[Point], frame: _Frame) -> Iterator[list[Point]]:
    """The line of a leg, in two where it leaves the map at one edge (condition 3)."""
    turned = [(frame.east_of_edge(lon), lat) for lon, lat in points]
    line = [frame.at(*turned[0])]
    for before, after in pairwise(turned):
        leap = after[0] - before[0]
        if abs(leap) > _HALF:
            out, back = (frame.west, frame.west + _WHOLE) if leap > 0 else (frame.west + _WHOLE, frame.west)
            lat = (before[1] + after[1]) / 2
            yield [*line, frame.at(out, lat)]
            line = [frame.at(back, lat)]
        line.append(frame.at(*after))
    yield line


def _placed(places: Sequence[Place], frame: _Frame, stressed: set[str]) -> Iterator[DrawnPlace]:
    """Airports with their codes beside them, a code lower down where another stands already."""
    taken: list[tuple[float, float, float]] = []
    for place in places:
        x, y = frame.at(frame.east_of_edge(place.lon), place.lat)
        width = _LETTER * len(place.code)
        right = x + width + _LABEL_HEIGHT < WIDTH
        start = x + 8 if right else x - 8 - width
        label_y = y + 4
        while any(
            abs(label_y - at) < _LABEL_HEIGHT and start < to and start + width > since
            for since, to, at in taken
        ):
            label_y += _LABEL_HEIGHT
        taken.append((start, start + width, label_y))
        anchor = "start" if right else "end"
        label_x = x + 8 if right else x - 8
        yield DrawnPlace(
            place.code, place.city, x, y, round(label_x, 1), round(label_y, 1), anchor, place.code in stressed
        )


def _grid(frame: _Frame) -> Iterator[GridLine]:
    half_lon, half_lat = WIDTH / 2 / frame.across, HEIGHT / 2 / frame.up
    step = next((one for one in _STEPS if 2 * half_lon / one <= _LINES), _STEPS[-1])
    left, right = frame.lon - min(half_lon, _HALF), frame.lon + min(half_lon, _HALF)
    for lon in range(ceil(left / step) * step, int(right // step) * step + 1, step):
        x, _ = frame.at(lon, frame.lat)
        turned = (lon + _HALF) % _WHOLE - _HALF
        yield GridLine(x, 0, x, HEIGHT, _degrees(turned, "E", "W"))
    low, high = max(frame.lat - half_lat, -90), min(frame.lat + half_lat, 90)
    for lat in range(ceil(low / step) * step, int(high // step) * step + 1, step):
        _, y = frame.at(frame.lon, lat)
        yield GridLine(0, y, WIDTH, y, _degrees(lat, "N", "S"))


def _degrees(value: float, plus: str, minus: str) -> str:
    rounded = round(value)
    if rounded in {0, -180}:
        return f"{abs(rounded)}°"
    return f"{abs(rounded)}° {plus if rounded > 0 else minus}"

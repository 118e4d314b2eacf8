"""Draw invented people and families: same seed, same people.

>>> from random import Random
>>> draw_person(Random(1), 2026) == draw_person(Random(1), 2026)
True
"""

from random import Random

import msgspec

from cordillera.runtime.demo_day.words import CULTURES, Culture

_LETTERS = "ABCDEFGHKLMNPRSTUVWXYZ"
_WEIGHTS = tuple(culture.weight for culture in CULTURES)


class Person(msgspec.Struct, frozen=True):
    """An invented person: names in mixed case with accents, dates ISO, passport of the state."""

    surnames: tuple[str, ...]
    given: tuple[str, ...]
    sex: str
    date_of_birth: str
    state: str
    passport: str
    passport_expires: str

    @property
    def surname(self) -> str:
        """The surnames in one text."""
        return " ".join(self.surnames)

    @property
    def given_names(self) -> str:
        """The given names in one text."""
        return " ".join(self.given)


def draw_culture(chance: Random) -> Culture:
    """A culture, as often as it travels."""
    return chance.choices(CULTURES, _WEIGHTS)[0]


def draw_person(chance: Random, year: int, ages: tuple[int, int] = (19, 78)) -> Person:
    """A person of any culture who is within `ages` in `year`."""
    culture = draw_culture(chance)
    return person_of(chance, culture, draw_surnames(chance, culture), year, ages)


def draw_surnames(chance: Random, culture: Culture) -> tuple[str, ...]:
    """The surnames of a person of that culture, all different."""
    return tuple(chance.sample(culture.surnames, culture.surname_count))


def person_of(
    chance: Random, culture: Culture, surnames: tuple[str, ...], year: int, ages: tuple[int, int]
) -> Person:
    """A person with those surnames."""
    sex = chance.choice("FM")
    pool = culture.women if sex == "F" else culture.men
    given = tuple(chance.sample(pool, chance.choice(culture.given_counts)))
    if culture.name == "russian" and sex == "F":
        surnames = tuple(f"{surname}a" for surname in surnames)
    return Person(
        surnames=surnames,
        given=given,
        sex=sex,
        date_of_birth=draw_day(chance, year - ages[1], year - ages[0]),
        state=culture.state,
        passport=draw_passport(chance),
        passport_expires=draw_day(chance, year + 1, year + 9),
    )


def draw_family(chance: Random, year: int) -> tuple[Person, ...]:
    """People on one reservation: alone, a couple, or parents with children who bear both their names."""
    kind = chance.choices(("alone", "couple", "family"), (62, 22, 16))[0]
    first = draw_person(chance, year)
    if kind == "alone":
        return (first,)
    partner_culture = next(culture for culture in CULTURES if culture.state == first.state)
    partner_names = draw_surnames(chance, partner_culture)
    partner = person_of(chance, partner_culture, partner_names, year, (19, 70))
    if kind == "couple":
        return (first, partner)
    names = (first.surnames[0], partner.surnames[0]) if len(first.surnames) == 2 else first.surnames
    children = tuple(
        person_of(chance, partner_culture, names, year, (1, 17)) for _ in range(chance.choice((1, 1, 2, 3)))
    )
    return (first, partner, *children)


def draw_day(chance: Random, first_year: int, last_year: int) -> str:
    """A day between the years, as ISO; the 29th to 31st are left out."""
    year, month, day = chance.randint(first_year, last_year), chance.randint(1, 12), chance.randint(1, 28)
    return f"{year:04d}-{month:02d}-{day:02d}"


def draw_passport(chance: Random) -> str:
    """A passport number of one letter and eight digits."""
    return f"{chance.choice(_LETTERS)}{chance.randrange(10**8):08d}"

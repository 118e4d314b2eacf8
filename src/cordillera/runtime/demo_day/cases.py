"""Twelve planted matches and twelve near misses: who is listed, and who travels beside them.

Each planted case is one difficulty of real screening; each near miss is one way to accuse the wrong
person. Every name is invented; a test checks that none is on the UN or OFAC lists of the shared data.
"""

import msgspec

from cordillera.engines.edifact.paxlst_writer import DocumentDraft, TravellerDraft


class Listed(msgspec.Struct, frozen=True):
    """A listed person: name as "FAMILY, Given" like OFAC writes it, further names, birth, passport, state."""

    name: str
    born: str
    state: str
    aliases: tuple[str, ...] = ()
    passport: str = ""


class Case(msgspec.Struct, frozen=True):
    """One listed person and one traveller; `flight` is the place in the day, `in_us` lists them there too."""

    kind: str
    flight: int
    listed: Listed
    traveller: TravellerDraft
    in_us: bool = False


def _person(name: str, born: str, sex: str, state: str, passport: str) -> TravellerDraft:
    """A traveller named "SURNAME/GIVEN"."""
    surname, _, given = name.partition("/")
    return TravellerDraft(
        surname=surname,
        given=given,
        sex=sex,
        date_of_birth=born,
        nationality=state,
        residence=state,
        documents=(DocumentDraft(passport, issuer=state, expires="2031-06-15"),),
    )


PLANTED = (
    Case(
        "exact",
        4,
        Listed("QUISHPE LLUMITAXI, Segundo Wilmer", "1979-03-14", "ECU"),
        _person("QUISHPE LLUMITAXI/SEGUNDO WILMER", "1979-03-14", "M", "ECU", "A31187402"),
        in_us=True,
    ),
    Case(
        "accents_lost",
        1,
        Listed("ÑUÑUVERA CÁRDENAS, José Ángel", "1984-11-02", "PER"),
        _person("NUNUVERA CARDENAS/JOSE ANGEL", "1984-11-02", "M", "PER", "P20918836"),
    ),
    Case(
        "maternal_surname_dropped",
        2,
        Listed("TOAQUIZA MENDIETA, Byron Efraín", "1971-06-27", "ECU"),
        _person("TOAQUIZA/BYRON EFRAIN", "1971-06-27", "M", "ECU", "A40077215"),
        in_us=True,
    ),
    Case(
        "names_swapped",
        8,
        Listed("CHIPANTASI OROZCO, Marlene", "1990-01-19", "ECU"),
        _person("MARLENE/CHIPANTASI OROZCO", "1990-01-19", "F", "ECU", "A55120943"),
    ),
    Case(
        "spelling",
        5,
        Listed("ZAMBRANO PILLAJO, John Jairo", "1987-08-30", "COL"),
        _person("ZAMBRANO PILLAJO/JHON JAIRO", "1987-08-30", "M", "COL", "C77120934"),
        in_us=True,
    ),
    Case(
        "particles",
        0,
        Listed("DE LA VEGA BARZOLA, Rosa Amparo", "1965-04-21", "ESP"),
        _person("DELAVEGA BARZOLA/ROSA AMPARO", "1965-04-21", "F", "ESP", "E18834471"),
    ),
    Case(
        "mrz_truncation",
        3,
        Listed("SANTISTEBAN VILLAVICENCIO, Maximiliano Bartolomé Guadalupe", "1976-12-09", "PER"),
        _person(
            "SANTISTEBAN VILLAVICENCIO/MAXIMILIANO BARTOLOME GUADALUPE",
            "1976-12-09",
            "M",
            "PER",
            "P66410027",
        ),
        in_us=True,
    ),
    Case(
        "transliteration",
        12,
        Listed("AL-HARIRI BENSAID, Muhammad Yusuf", "1982-02-11", "LBN"),
        _person("ALHARIRI BENSAID/MOHAMED YOUSSEF", "1982-02-11", "M", "LBN", "L90342118"),
        in_us=True,
    ),
    Case(
        "document_only",
        11,
        Listed("KUZNETSOVA PARFENYUK, Yevgeniya", "1980-09-05", "RUS", passport="R75221098"),
        _person("PARFENIUK/EVGENIIA", "", "F", "RUS", "R75221098"),
    ),
    Case(
        "alias",
        10,
        Listed(
            "YUMBOPATIN CAIZA, Franklin Rolando", "1974-05-16", "ECU", ("GREFA SHIGUANGO, Darwin Stalin",)
        ),
        _person("GREFA SHIGUANGO/DARWIN STALIN", "1974-05-16", "M", "ECU", "A61093378"),
        in_us=True,
    ),
    Case(
        "typing_error",
        14,
        Listed("ECHEVERRIA MOSCOSO, Cristobal Ignacio", "1993-10-23", "CHL"),
        _person("ECHEVERIA MOSCOZO/CRISTOBAL IGNACIO", "1993-10-23", "M", "CHL", "F45590128"),
    ),
    Case(
        "day_and_month_swapped",
        6,
        Listed("PAUCAR HUAMANI, Yeferson Alexis", "1988-04-07", "PER"),
        _person("PAUCAR HUAMANI/YEFERSON ALEXIS", "1988-07-04", "M", "PER", "P13377250"),
        in_us=True,
    ),
)

NEAR_MISSES = (
    Case(
        "same_name_other_birth",
        1,
        Listed("MOREIRA CEDEÑO, Jorge Luis", "1970-02-11", "ECU"),
        _person("MOREIRA CEDENO/JORGE LUIS", "1994-09-30", "M", "ECU", "A20481157"),
    ),
    Case(
        "son_of_the_listed",
        2,
        Listed("ANDRADE PAREDES, Luis Gonzalo", "1951-07-08", "ECU"),
        _person("ANDRADE SUQUILLO/LUIS GONZALO", "1983-12-01", "M", "ECU", "A33014986"),
    ),
    Case(
        "sister_of_the_listed",
        3,
        Listed("TIPAN GUANOLUISA, Edwin Patricio", "1985-05-05", "ECU"),
        _person("TIPAN GUANOLUISA/MAYRA ELIZABETH", "1987-10-17", "F", "ECU", "A41120557"),
    ),
    Case(
        "common_names",
        4,
        Listed("GARCIA LOPEZ, Maria Elena", "1966-03-03", "COL"),
        _person("GARCIA LOPEZ/MARIA FERNANDA", "1999-11-12", "F", "COL", "C20993145"),
    ),
    Case(
        "one_shared_surname",
        7,
        Listed("VILLACIS MONAR, Hector Oswaldo", "1973-01-25", "ECU"),
        _person("VILLACIS JARA/HECTOR RAUL", "1991-06-06", "M", "ECU", "A72208419"),
    ),
    Case(
        "same_birth_other_name",
        8,
        Listed("CHICAIZA SISA, Manuel Mesías", "1975-08-19", "ECU"),
        _person("BRAVO LOOR/KLEBER ANTONIO", "1975-08-19", "M", "ECU", "A90031742"),
    ),
    Case(
        "other_maternal_surname",
        9,
        Listed("BENITEZ QUIROZ, Carlos Alberto", "1982-01-20", "VEN"),
        _person("BENITEZ VALAREZO/CARLOS ALBERTO", "1990-06-02", "M", "VEN", "V10338752"),
    ),
    Case(
        "surnames_crossed",
        13,
        Listed("SALAZAR MONTENEGRO, Diego", "1978-04-14", "ECU"),
        _person("MONTENEGRO SALAZAR/DIEGO", "2001-02-22", "M", "ECU", "A80117763"),
    ),
    Case(
        "common_arabic_names",
        12,
        Listed("AHMAD, Mohammed Ali", "1969-09-09", "LBN"),
        _person("AHMED/MOHAMED HASSAN", "1992-05-28", "M", "LBN", "L22017904"),
    ),
    Case(
        "short_chinese_names",
        15,
        Listed("WANG, Xiaoming", "1963-06-01", "CHN"),
        _person("WANG/XIAOLI", "1989-03-10", "F", "CHN", "G10774523"),
    ),
    Case(
        "passport_one_digit_off",
        16,
        Listed("PERALTA VINUEZA, Ximena", "1986-02-13", "CHL", passport="F77102348"),
        _person("CASTRO AYALA/NATHALY", "1995-07-21", "F", "CHL", "F77102384"),
    ),
    Case(
        "wife_of_the_listed",
        11,
        Listed("SHUBIN, Sergei Petrovich", "1971-11-30", "RUS"),
        _person("SHUBINA/SVETLANA OLEGOVNA", "1979-08-08", "F", "RUS", "R60021187"),
    ),
)

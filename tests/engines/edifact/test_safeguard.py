"""What PNR laws forbid does not survive, wherever it stands; what they allow does.

The labelled set: a word that must not survive, in segments as carriers send them. It was written before the
lists of the safeguard were looked at again, and holds codes and words those lists do not name.
"""

from itertools import product

import msgspec
import pytest
from tests.engines.edifact.pnr_texts import EXTRAS, HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.engines.edifact import read
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import Change, Leg, Pnr, PnrTraveller, Service
from cordillera.engines.edifact.safeguard import ELEMENTS, PLACES, allowed, allowed_message, allowed_services

MEALS = [
    code + "ML"
    for code in (
        *(
            "AV",
            "BB",
            "BL",
            "CH",
            "CN",
            "DB",
            "FP",
            "FS",
            "GF",
            "HF",
            "HN",
            "JP",
            "JN",
            "KS",
            "LC",
            "LF",
            "LP",
        ),
        *(
            "LS",
            "MO",
            "NB",
            "NF",
            "NL",
            "NO",
            "NS",
            "OB",
            "OR",
            "PF",
            "PR",
            "RF",
            "RG",
            "RV",
            "SF",
            "SP",
            "VG",
        ),
        *("VJ", "VL", "VO", "VV"),
    )
]
OTHERS = [
    *("WCHR", "WCHS", "WCHC", "WCBD", "WCBW", "WCMP", "WCLB", "WCOB", "BLND", "DEAF", "DPNA", "DPND", "MEDA"),
    *(
        "MEDIF",
        "MEQT",
        "OXYG",
        "PPOC",
        "STCR",
        "LEGL",
        "LEGR",
        "LEGB",
        "MAAS",
        "ESAN",
        "SVAN",
        "EMIG",
        "HAJJ",
    ),
    *("PILG", "EXST", "FRAV", "LANG", "WEAP", "COUR", "DEPA", "DEPU", "DIPL", "SEMN", "NUTA", "SPMC"),
]
TEXTS = [
    *(
        "PAX IS DIABETIC NEEDS INSULIN",
        "PSGR WHEELCHAIR TO AIRCRAFT",
        "KOSHER MEAL CONFIRMED",
        "HALAL REQUESTED",
    ),
    *("MEMBER OF PILGRIM GROUP UMRAH", "UNION DELEGATE TO CONGRESS", "PREGNANT 32 WEEKS", "CANCER PATIENT"),
    *(
        "HIV MEDICATION ON BOARD",
        "SAME SEX COUPLE HONEYMOON",
        "PASTOR OF BAPTIST CHURCH",
        "RABBI WITH FAMILY",
    ),
    *("PASAJERA EMBARAZADA", "PACIENTE DE DIALISIS", "SACERDOTE CATOLICO", "DIRIGENTE SINDICAL"),
    *("COMIDA VEGETARIANA", "PERSONA CON DISCAPACIDAD", "REFUGEE POLITICAL OPPOSITION PARTY"),
    *("AUTISTIC CHILD NEEDS AISLE", "DEPRESSION EMOTIONAL SUPPORT DOG", "ROMA FAMILY", "INDIGENA SHUAR"),
    "VIP FRIEND OF DIRECTOR",
]
PLACES_OF_CODES = (
    "SSR+{}:HK:1:XA'", "SSR+{}:HK:1:XA:::::{}+::1'", "SSR+{}:HK:1:XA:::UIO:BOG'",
)  # fmt: skip
PLACES_OF_TEXTS = [
    *("IFT+4:28::XA+{}'", "IFT+4:28+XA {}'", "IFT+4:15:9+{}'", "IFT+4:43+{}'", "SSR+UMNR:HK:1:XA:::{}'"),
    *("SSR+OTHS:HK:1:XA:::::{}'", "SSR+XXXX:HK:1:XA:::::/{}'", "SSR+UMNR:HK:1:XA:::::{}'"),
    *("SSR+TKNE:HK:1:XA:::::{}'", "SSR+INFT:NN:1:XA:::::{}'", "SSR+CTCM:HK:1:XA:::::/593991234567 {}'"),
    *("IFT+4:28::XA+CTCM 593991234567 {}'", "IFT+4:28::XA+CTCE ANA//MAIL.EC {}'"),
]
POINTS = (
    *(
        b"ORG+1A",
        b"FAR+N",
        b"TKT+46",
        b"IFT+4:43+PEDRO",
        b"APD+320",
        b"RCI+LA",
        b"SAC+++A",
        b"TVL+261126:1300",
    ),
    *(b"TVL+271126", b"LTS"),
)
"""What the labelled segments are put before: in the reservation, a traveller, a payment, a flight"""
LABELLED = [
    *((code, place.format(code, code)) for code, place in product(MEALS + OTHERS, PLACES_OF_CODES)),
    *((text, place.format(text)) for text, place in product(TEXTS, PLACES_OF_TEXTS)),
    *((text, f"LTS+{text}'") for text in TEXTS),
]
WHOLE = TWO_TRAVELLERS + SECOND_LEG + EXTRAS + HISTORY


def kept(reservation: bytes) -> bytes:
    found = allowed_message(pnrgov_messages(read(message(reservation)))[0])
    return msgspec.json.encode(found.pnrs)


def test_the_labelled_set_does_not_survive_wherever_it_stands() -> None:
    survived = []
    for point in POINTS:
        assert WHOLE.count(point) == 1
        for start in range(0, len(LABELLED), 40):
            some = LABELLED[start : start + 40]
            text = kept(WHOLE.replace(point, "".join(segment for _, segment in some).encode() + point))
            survived += [(word, point) for word, _ in some if word.encode() in text]
    assert len(LABELLED) > 500
    assert survived == []


def test_words_of_a_sensitive_text_do_not_survive_one_by_one() -> None:
    for text in TEXTS:
        found = kept(
            WHOLE.replace(b"FAR+N", f"IFT+4:28::XA+CTCM {text}'SSR+INFT:NN:1:XA:::::{text}'FAR+N".encode())
        )
        assert [word for word in text.split() if len(word) > 4 and word.encode() in found] == []


@pytest.mark.parametrize(
    "word",
    [
        *(b"MFN4TI", b"LOOR", b"ANAMRS", b"QUISPE", b"A1234567", b"1980-05-17", b"4621234567890", b"15A"),
        *(b"CUENCA", b"59372831234", b"593991234567", b"ANA_LOOR@MAIL.EC", b"0012345", b"48521", b"ABCDEF"),
        *(b"12345678", b"2026-11-26T09:00", b"410", b"ZZ9PLM", b"XXXXXXXXXXXX1186"),
    ],
)
def test_what_the_law_allows_survives(word: bytes) -> None:
    assert word in kept(WHOLE)


def test_of_a_payer_only_the_telephone_number_survives() -> None:
    payment = allowed(pnrgov_messages(read(message(WHOLE)))[0].pnrs[0]).travellers[0].tickets[0].payments[0]
    assert [one.text for one in payment.payer] == ["593991234567"]


def test_hotels_are_no_element_of_the_list() -> None:
    assert b"67576" not in kept(WHOLE)


def test_an_unaccompanied_minor_and_an_infant_survive_by_their_codes() -> None:
    text = b"SSR+UMNR:HK:1:XA:::::AGE 9 ASTHMA+::1'SSR+INFT:NN:1:XA:::::LOOR/EVA/10AUG25+::1'FAR+N"
    found = allowed(pnrgov_messages(read(message(WHOLE.replace(b"FAR+N", text))))[0].pnrs[0])
    assert [(one.code, one.text and one.text.text) for one in found.travellers[0].services] == [
        ("UMNR", None),
        ("INFT", "LOOR/EVA/10AUG25"),
    ]


def test_a_code_nobody_has_heard_of_is_taken_out() -> None:
    assert allowed_services((Service("ZZZZ", 0, 4),)) == ()


@pytest.mark.parametrize("record", [Pnr, PnrTraveller, Leg, Change])
def test_every_field_is_an_element_of_the_law_or_emptied(record: type) -> None:
    forbidden = {"remarks", "others", "kind"} if record is not PnrTraveller else {"remarks"}
    named = ELEMENTS[record].keys() | PLACES | forbidden
    assert set(record.__struct_fields__) - named == set()
    assert set(ELEMENTS[record].values()) <= set(range(1, 20))


def test_what_is_allowed_stays_as_it_is_the_second_time() -> None:
    once = allowed(pnrgov_messages(read(message(WHOLE)))[0].pnrs[0])
    assert allowed(once) == once

"""Countries as lists, documents and people write them: codes of two and three letters, names.

Names in five languages come from the Unicode CLDR (through babel); older and official names are our own
list. For issuers of documents and places of birth. A country never raises a score (DESIGN 4, rule 4).

>>> country_of("Perú"), country_of("PER"), country_of("Russian Federation"), country_of("Atlantis")
('pe', 'pe', 'ru', '')
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from babel import Locale

_LANGUAGES: Final = ("en", "es", "fr", "pt", "nl")
_CODES: Final = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH "
    "BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT "
    "BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB "
    "CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP "
    "ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB "
    "GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL "
    "ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM "
    "KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY "
    "MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT "
    "MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU "
    "NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT "
    "REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR "
    "SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS "
    "TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN "
    "VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM YTMYT ZAZAF ZMZMB ZWZWE"
)
_THREE: Final = {code[2:].lower(): code[:2].lower() for code in _CODES.split()}
_THREE_OF: Final = {two: three.upper() for three, two in _THREE.items()}
_TWO: Final = frozenset(_THREE.values())
_ALSO: Final = {
    "ae": "uae|emirates",
    "ba": "bosnia",
    "bo": "plurinational state of bolivia|estado plurinacional de bolivia",
    "bn": "brunei darussalam",
    "cd": "democratic republic of the congo|democratic republic of congo|dr congo|drc|zaire",
    "cg": "republic of the congo|congo brazzaville|congo",
    "ci": "ivory coast|cote d'ivoire",
    "cn": "people's republic of china|prc|republica popular china",
    "cv": "cape verde|cabo verde",
    "cz": "czech republic|republica checa",
    "de": "d|federal republic of germany|republica federal de alemania",
    "ec": "republica del ecuador|republic of ecuador",
    "gb": "uk|great britain|britain|england|scotland|wales|northern ireland|inglaterra|gran bretana|gbd",
    "hk": "hong kong|hongkong",
    "ir": "islamic republic of iran|iran (islamic republic of)",
    "kp": "democratic people's republic of korea|dprk|korea, north|north korea",
    "kr": "republic of korea|korea, south|south korea|corea",
    "la": "lao people's democratic republic",
    "ly": "libyan arab jamahiriya|state of libya",
    "md": "republic of moldova",
    "mk": "macedonia|the former yugoslav republic of macedonia|fyrom",
    "mm": "burma|myanmar",
    "nl": "holland|the netherlands|holanda",
    "pe": "republica del peru|republic of peru",
    "ps": "palestine|palestinian|state of palestine|west bank|gaza|palestinian territory",
    "ru": "russian federation|ussr|soviet union|union sovietica|federacion rusa",
    "sy": "syrian arab republic",
    "sz": "swaziland",
    "tl": "east timor",
    "tr": "turkiye|turkey",
    "tw": "taiwan, province of china|republic of china",
    "tz": "united republic of tanzania",
    "us": "united states|united states of america|u.s.|u.s.a.|estados unidos de america|ee.uu.|eeuu",
    "va": "holy see|santa sede",
    "ve": "bolivarian republic of venezuela|republica bolivariana de venezuela",
    "vn": "viet nam",
    "cl": "republica de chile|republic of chile",
    "co": "republica de colombia|republic of colombia",
    "mx": "estados unidos mexicanos|mejico",
}
_GAP: Final = re.compile(r"[^\w]+")


def plain_words(text: str) -> str:
    """Return letters and digits without accents and signs, one space between words."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return _GAP.sub(" ", "".join(sign for sign in bare if not unicodedata.combining(sign))).strip()


@lru_cache(maxsize=8_192)
def country_of(text: str) -> str:
    """Return the code of two small letters of a country as written; "" when it is none that we know."""
    words = plain_words(text)
    if words in _THREE:
        return _THREE[words]
    return words if words in _TWO else _names().get(words.removeprefix("the "), "")


def three_letters(code: str) -> str:
    """Return the three letters of a country's two (ISO 3166), "" for none that we know.

    >>> three_letters("EC"), three_letters("zz")
    ('ECU', '')
    """
    return _THREE_OF.get(code.lower(), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code.lower() in _TWO:
                found.setdefault(plain_words(name), code.lower())
    for code, names in _ALSO.items():
        found.update({plain_words(name): code for name in names.split("|")})
    return found

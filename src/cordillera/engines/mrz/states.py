"""Codes of issuing States, organizations and nationalities (ICAO Doc 9303-3 section 5, parts A to D).

Three letters of ISO 3166-1, with Germany's single D, the British codes of nationality status, codes of the
United Nations and of other issuers, and codes for persons without a defined nationality. Codes that ISO has
withdrawn are not in the standard any more, but documents that bear them may still be in use.

>>> is_state("ECU"), is_state("D<<"), is_state("XXB"), is_state("DEU"), is_withdrawn("YUG")
(True, True, True, True, True)
"""

from typing import Final

_ISO: Final = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH
BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB
CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO
GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN
IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA
MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER
NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU
RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT
WLF WSM YEM ZAF ZMB ZWE
"""
# Germany; British statuses; European Union, Kosovo; United Nations; other issuers; no nationality; specimens
_OTHER: Final = """
D GBD GBN GBO GBP GBS EUE RKS UNO UNA UNK
XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC XXA XXB XXC XXX UTO
"""
_WITHDRAWN: Final = "ANT BUR BYS CSK DDR NTZ ROM SCG SUN TMP YUG ZAR YMD ZIM".split()  # noqa: SIM905 - a list of words

STATES: Final = frozenset(f"{_ISO} {_OTHER}".split())
WITHDRAWN: Final = frozenset(_WITHDRAWN)


def is_state(field: str) -> bool:
    """Whether the three places hold a code of the standard, or one that it held once."""
    code = field.rstrip("<")
    return code in STATES or code in WITHDRAWN


def is_withdrawn(field: str) -> bool:
    """Whether the code is no longer in the standard."""
    return field.rstrip("<") in WITHDRAWN

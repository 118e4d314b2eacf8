"""Letters of national alphabets in an MRZ (ICAO Doc 9303-3 section 6): Latin (A), Cyrillic (B), Arabic (C).

Each letter has the forms that the standard lets issuers write, the recommended one first; in Cyrillic the
further ones are those of single languages. "" is a sign that is not written.
"""

from collections.abc import Mapping
from typing import Final

# Letters whose base letter is not what the standard asks for, or that leave a choice.
LATIN: Final[Mapping[str, tuple[str, ...]]] = {
    "Ä": ("AE", "A", "AXX"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Ħ": ("H",),
    "ı": ("I",),
    "Ĳ": ("IJ",),
    "ĸ": ("Q",),
    "Ł": ("L",),
    "Ñ": ("N", "NXX"),
    "Ŋ": ("N",),
    "Ö": ("OE", "O", "OXX"),
    "Ø": ("OE",),
    "Œ": ("OE",),
    "ß": ("SS",),
    "ẞ": ("SS",),
    "Þ": ("TH",),
    "Ŧ": ("T",),
    "Ü": ("UE", "U", "UXX"),
}
_CYRILLIC: Final = (
    "А=A Б=B В=V Г=G,H Д=D Е=E Ё=E,IO Ж=ZH,Z З=Z И=I,Y І=I Й=I,Y К=K Л=L М=M Н=N О=O П=P Р=R С=S Т=T У=U "
    "Ф=F Х=KH,H Ц=TS,C Ч=CH,C Ш=SH,S Щ=SHCH,SHT Ъ=IE Ы=Y Ь= Э=E Ю=IU,YU Я=IA,YA Ѵ=Y Ґ=G Ў=U Ѫ=U Ѓ=G,GJ Ђ=D "
    "Ѕ=DZ Ј=J Ќ=K,KJ Љ=LJ Њ=NJ Ћ=C Һ=C Џ=DZ,DJ Є=IE,YE Ї=I,YI"
)
_ARABIC: Final = (
    "ء=XE آ=XAA أ=XAE ؤ=U إ=I ئ=XI ا=A ب=B ة=XTA,XAH ت=T ث=XTH ج=J ح=XH خ=XKH د=D ذ=XDH ر=R ز=Z س=S ش=XSH "
    "ص=XSS ض=XDZ ط=XTT ظ=XZZ ع=E غ=G ف=F ق=Q ك=K ل=L م=M ن=N ه=H و=W ى=XAY ي=Y ٱ=XXA ٹ=XXT ټ=XRT پ=P ځ=XKE "
    "څ=XXH چ=XC ڈ=XXD ډ=XDR ڑ=XXR ړ=XRR ږ=XRX ژ=XJ ښ=XXS ک=XKK ګ=XXK ڭ=XNG گ=XGG ں=XNN ڼ=XXN ھ=XDO ۀ=XYH "
    "ہ=XXG ۂ=XGE ۃ=XTG ی=XYA ۍ=XXY ې=Y ے=XYB ۓ=XBE"
)
SHADDA: Final = "\u0651"
"""The mark of a doubled consonant: the letter before it is written twice."""

NOT_WRITTEN: Final = frozenset(
    "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0652\u0670\u069c\u06a2\u06a7\u06a8"
)


def _table(text: str) -> dict[str, tuple[str, ...]]:
    pairs = (entry.split("=") for entry in text.split())
    return {letter: tuple(forms.split(",")) for letter, forms in pairs}


CYRILLIC: Final[Mapping[str, tuple[str, ...]]] = _table(_CYRILLIC)
ARABIC: Final[Mapping[str, tuple[str, ...]]] = _table(_ARABIC)

"""Words of names that carry little or no weight.

Lists of culture, kept as data. A particle or title is never enough to tell two people apart; what is
written where a name is unknown says nothing at all (`culture/placeholders.py`).

>>> "bin" in PARTICLES, "dr" in TITLES
(True, True)
"""

from typing import Final

_PARTICLES: Final = (
    "a al ad an ar as at az abu bin ben bint binti da das de del della den der di do dos du e el i la las le "
    "li los of oud ould ibn san santa ter the ud ul und ur van vda viuda von y zu"
)

_TITLES: Final = (
    "abg abog adm brig cap capitan captain capt cdr cmdr cnel col colonel cmdte comandante dna doctor don "
    "dona dr dra eng engr esq fr gen general gral haj hajj haji hajji hadji hon imam ing jr lic lieutenant "
    "lord lt madam maj major maulana maulavi maulawi mawlawi miss moulavi mr mrs ms mulla mullah prof "
    "professor rev reverend sgt shaikh shaykh sheik sheikh sir sr sra srta ten tnte cheikh ii iii iv "
    "president presidente president prezident presidenta predsjednik predsednik presedintele presiden elnok "
    "prasident praesident prezydent minister ministre ministro senator senador diputado king "
    "prince  engineer ingeniero licenciado abogado abogada arquitecto arq "
    "pastor obispo bishop father sister brother colonel coronel teniente sargento almirante admiral "
    "commander  herr frau monsieur madame mme mlle dott dipl jnr snr"
)

PARTICLES: Final = frozenset(_PARTICLES.split())
TITLES: Final = frozenset(_TITLES.split())

# Letters of other alphabets that look like Latin ones; used only inside a word that mixes alphabets.
LOOKALIKES: Final = str.maketrans(
    "\u0410\u0430\u0412\u0415\u0435\u041a\u043a\u041c\u041d\u041e\u043e\u0420\u0440\u0421\u0441\u0422\u0423\u0443\u0425\u0445"
    "\u0406\u0456\u0408\u0458\u0405\u0455\u04bb\u0501\u051b\u051d\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f"
    "\u03bf\u03a1\u03c1\u03a4\u03a5\u03c5\u03a7\u03c7\u03b1\u03b9\u03ba\u03bd",
    "AaBEeKkMHOoPpCcTYyXxIiJjSshdqwABEZHIKMNOoPpTYyXxaikv",
)

"""Words of names that carry little or no weight, and short forms that stand for longer names.

Lists of culture, kept as data. A particle or title is never enough to tell two people apart; a word
written where a name is unknown says nothing at all.

>>> "lnu" in PLACEHOLDERS and "bin" in PARTICLES
True
"""

from typing import Final

_PARTICLES: Final = (
    "a al ad an ar as at az abu bin ben bint binti da das de del della den der di do dos du e el i la las le "
    "li los of oud ould ibn san santa ter the ul und van vda viuda von y zu"
)

_TITLES: Final = (
    "abg abog adm brig cap capitan captain capt cdr cmdr cnel col colonel cmdte comandante dna doctor don "
    "dona dr dra eng engr esq fr gen general gral haj hajj haji hajji hadji hon imam ing jr lic lieutenant "
    "lord lt madam maj major maulana maulavi maulawi mawlawi miss moulavi mr mrs ms mulla mullah prof "
    "professor rev reverend sgt shaikh shaykh sheik sheikh sir sr sra srta ten tnte cheikh ii iii iv"
)

_PLACEHOLDERS: Final = "fnu lnu nfn nln nmn unk unknown desconocido desconocida anonymous"

PARTICLES: Final = frozenset(_PARTICLES.split())
TITLES: Final = frozenset(_TITLES.split())
PLACEHOLDERS: Final = frozenset(_PLACEHOLDERS.split())

PLACEHOLDER_PHRASES: Final = frozenset(
    {
        ("sin", "nombre"),
        ("sin", "apellido"),
        ("sin", "apellidos"),
        ("no", "name"),
        ("no", "surname"),
        ("not", "available"),
        ("nombre", "desconocido"),
    }
)

SHORT_FORMS: Final = {
    "alf": "alfredo",
    "ant": "antonio",
    "beto": "alberto",
    "chepe": "jose",
    "concha": "concepcion",
    "fco": "francisco",
    "fdo": "fernando",
    "fsco": "francisco",
    "gmo": "guillermo",
    "gpe": "guadalupe",
    "jse": "jose",
    "lola": "dolores",
    "lucho": "luis",
    "ma": "maria",
    "mo": "mohammad",
    "mohd": "mohammad",
    "memo": "guillermo",
    "nacho": "ignacio",
    "paco": "francisco",
    "pancho": "francisco",
    "pepe": "jose",
    "quique": "enrique",
    "rdo": "ricardo",
    "rodgo": "rodrigo",
    "sta": "santa",
    "tono": "antonio",
    "xav": "xavier",
}

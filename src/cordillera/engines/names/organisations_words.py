"""Words of the names of organisations: what they tell in bits, and which are one word in several languages.

A word that thousands of companies bear tells little: `comercial`, `trading`, `group`. A word of a trade
tells more, a name of its own most. Translations and abbreviations are folded to one word when read.

>>> told("comercial"), told("petroleum") < told("cristalord")
(2.0, True)
>>> folded("intl"), folded("comercio"), folded("organisation")
('international', 'trading', 'organization')
"""

from functools import lru_cache
from typing import Final

from cordillera.engines.names.places_countries import country_of

_SAME: Final = (
    "international internacional internationale intl int internat internasional uluslararasi",
    "trading trade comercio comercializadora comercializacion commerce commercial comercial handel ticaret",
    "import importadora importaciones importacion importacao importation imports imp",
    "export exportadora exportaciones exportacion exportacao exports exp",
    "group grupo groupe gruppe gruppo grup gruppa holding holdings",
    "industry industries industria industrias industrial industrie industriel industrielle sanayi",
    "service services servicio servicios servico servicos dienst diensten",
    "organization organisation organizacion organizacao org organizatsiya",
    "development desarrollo desenvolvimento developpement razvitie",
    "general gral allgemeine",
    "national nacional nationale natl milli",
    "construction construcciones construcoes constructora construccion constructions bau insaat stroitel",
    "transport transportes transporte transports transportation trans transportadora",
    "investment investments inversiones inversion inversora investimentos invest yatirim",
    "bank banco banque banca bankasi",
    "shipping naviera navegacao navigation navegacion marine maritima maritime maritimo denizcilik",
    "petroleum petrol petroleo petroleos neft nefte oil",
    "engineering ingenieria engenharia ingenierie muhendislik",
    "system systems sistema sistemas systeme",
    "solution solutions soluciones solucoes",
    "technology technologies tecnologia tecnologias tech technologie teknoloji",
    "brother brothers bros hermanos hnos irmaos freres gebroeders gebruder",
    "son sons hijos filhos fils",
    "association asociacion associacao",
    "foundation fundacion fundacao fondation stichting stiftung",
    "university universidad universidade universite",
    "institute instituto institut",
    "ministry ministerio ministere",
    "agricultural agricola agropecuaria agro",
    "pharmacy farmacia pharma pharmaceutical farmaceutica farmaceuticos pharmaceuticals",
    "product products producto productos produtos produits",
    "manufacturing manufacturas fabrica factory factories fabrika zavod plant",
    "department dept departamento",
    "center centre centro",
    "brigade brigada",
    "united unidos unidas unida",
    "new nuevo nueva nova novo",
    "partner partners socios asociados associates",
)
_LEAST: Final = (
    "trading commercial import export group company enterprise business service general international the "
    "global world universal management operations limited corporation organization office branch agency "
    "authority establishment society directorate division unit section committee council commission concern "
    "complex public state government federal regional local cooperation"
)
_LIGHT: Final = (
    "national industry investment development construction transport product manufacturing system "
    "solution technology engineering consulting marketing logistics logistic distribution distributor "
    "distribuidora representaciones supply supplies equipment materials center institute association "
    "foundation union federation partner brother son united new first american european asian latin "
    "global capital finance financial real estate properties property inmobiliaria inmobiliarias "
    "promotora operadora administradora comunicaciones communications media travel tours turismo tourism "
    "corporativo consultores asesores asesorias fund funds partners trust securities insurance seguros "
    "assets holding ventures enterprises aid relief welfare support materials supplies general-purpose "
    "business industriales"
)
_TRADE: Final = (
    "bank shipping petroleum gas energy energia power electric electronics electronica chemical quimica "
    "pharmacy medical hospital clinica food foods alimentos agricultural ganadera pesquera fishing "
    "mining minera steel acero metal metals gold oro textile textil textiles automotive autos motors "
    "motor airlines aviation aerospace air aero security seguridad defense defence military research "
    "university ministry department central bureau army force forces corps faction battalion police "
    "battalion design production scientific innovation exploration machine building transfer exchangers "
    "credit farm port plant school club park city town tourism tourist travel entertainment machinery "
    "precision equipment nuclear aerospace missile computer revolutionary islamic people military naval "
    "liberation front party movement islamic relief charity money exchange hotel hoteles restaurant club "
    "sports construction cement concretos plastics plasticos paper rubber water railway rail road port "
    "airport cargo freight express courier data software digital telecom telecommunications north south "
    "east west northern southern eastern western great royal star sun golden blue red green"
)
_JOINING: Final = (
    "the of and y e et und en & for para por pour fur of in on at de del la las los el le les des du da "
    "do dos das di van von der den het een a al as i o u und"
)
_CONNECTORS: Final = frozenset(_JOINING.split())
_FOLDS: Final = {word: words.split()[0] for words in _SAME for word in words.split()}
_TOLD: Final = {
    **dict.fromkeys(_TRADE.split(), 5.0),
    **dict.fromkeys(_LIGHT.split(), 3.5),
    **dict.fromkeys(_LEAST.split(), 2.0),
}
_SHORT_PLACES: Final = frozenset({"uk", "usa", "uae"})
_PARTS_OF_THE_WORLD: Final = "europe europa asia africa america americas caribbean caribe pacific"
_CONTINENTS: Final = frozenset(_PARTS_OF_THE_WORLD.split())
_PLACE: Final = 5.0
_BY_LENGTH: Final = (0.0, 3.0, 6.0, 8.0, 9.0, 10.0, 10.5, 11.0)
_NUMBER: Final = 7.0


def folded(word: str) -> str:
    """Return the word that stands for all its translations and abbreviations."""
    return _FOLDS.get(word, word)


def is_connector(word: str) -> bool:
    """Tell words that only join others."""
    return word in _CONNECTORS


def is_place(word: str) -> bool:
    """Tell the names of countries and continents."""
    return word in _SHORT_PLACES or word in _CONTINENTS or (len(word) > 3 and bool(country_of(word)))


@lru_cache(maxsize=65_536)
def told(word: str) -> float:
    """Return what a word of the name of an organisation tells, in bits."""
    known = _TOLD.get(folded(word))
    if known is not None:
        return known
    if word.isdigit():
        return _NUMBER + min(len(word), 5)
    if is_place(word):
        return _PLACE
    return _BY_LENGTH[min(len(word), len(_BY_LENGTH) - 1)]

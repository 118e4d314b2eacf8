"""Which parts of a list state a protected trait (DESIGN 4, rule 4); such parts are dropped and counted.

The rule, per value: a value is refused when its label or element names a protected trait, or when a
sentence says of the person that they belong to a religion, ethnic group, party or union, or states their
health or sex life. A public office ("Minister of Health") and the name of an organisation state no trait.

>>> states_protected_trait("ethnicity Kurdish"), states_protected_trait("Minister of Religious Affairs")
(True, False)
"""

import re
from typing import Final

_LABEL: Final = re.compile(
    r"\s*(?:alt\.\s*)?(?:"
    # labels that are followed by their value without a sign, as in OFAC's "ethnicity Kurdish"
    r"(?:religio(?:n|us (?:affiliation|belief|denomination))"
    r"|ethnic(?:ity| (?:group|origin|background))|racial origin|tribal affiliation"
    r"|political (?:opinion|affiliation|belief)|sexual orientation|blood (?:group|type)"
    r"|(?:trade )?union member(?:ship)?|religi[oó]n|etnia|afiliaci[oó]n pol[ií]tica|opini[oó]n pol[ií]tica"
    r"|orientaci[oó]n sexual)(?:\s*[:=\-]|\s+\S|\s*$)"
    # words with other meanings too: labels only with a sign after them
    r"|(?:faith|creed|denomination|sect|race|tribe|clan|caste|political (?:party|views?)"
    r"|party (?:member|membership|affiliation)|health|medical(?: condition)?|disability|sex life|raza|tribu"
    r"|sindicato|salud)\s*[:=])",
    re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"\b(?:minist(?:er|ry)|secretary|director|chair(?:man|person|woman)?|office|department|head|advis[eo]r"
    r"|commission(?:er)?|council|board|governor|institute)\b",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(
    r"\b(?:(?:is|was|as) an? (?:ethnic|practi[sc]ing|devout|sunni|shia|shi'a|muslim|christian|jewish|hindu"
    r"|catholic)\b"
    r"|(?:ethnic(?:ally| origin| group)?|tribal affiliation|religion|religious affiliation"
    r"|sexual orientation|blood (?:group|type))\s*(?:is|was|:)"
    r"|(?:belongs|belonging|belonged) to (?:the )?[\w' -]{2,40}\b(?:tribe|clan|sect|ethnic group|caste)\b"
    r"|member of (?:the )?[\w' -]{2,40}\b(?:tribe|clan|sect|ethnic group|caste|trade union)\b"
    r"|\btribe(?: is|:| of)"
    r"|(?:suffer(?:s|ing|ed) from|diagnosed with|is (?:blind|deaf|disabled)|(?:poor|ill|failing) health"
    r"|health (?:condition|problem)s?|diabet|wheelchair|amputat"
    r"|(?:lost|missing) (?:his|her|one) (?:left |right )?(?:leg|arm|eye|hand|foot)"
    r"|mental(?:ly)? ill|medical condition))",
    re.IGNORECASE,
)
_ELEMENT: Final = re.compile(
    r"relig|faith|ethni|race|racial|tribe|clan|caste|political|party_member|union_member|health|medical"
    r"|disab|blood|sexual|orientation",
    re.IGNORECASE,
)


def states_protected_trait(text: str) -> bool:
    """Tell whether one remark or comment states a protected trait of the person."""
    if _LABEL.match(text):
        return not _OFFICE.search(text)
    return any(not _OFFICE.search(found.group()) for found in _SENTENCE.finditer(text))


def names_protected_trait(element: str) -> bool:
    """Tell whether the name of a field or element stands for a protected trait."""
    return bool(_ELEMENT.search(element))

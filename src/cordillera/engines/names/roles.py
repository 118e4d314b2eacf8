"""What each part of a name is: given name, surname, second surname, patronymic, link of a chain.

Rules, tried in order, each with a test:
1. parts are given (or a comma tells): the first word of the surname is FAMILY, others SURNAME (where nothing
   tells of which parent), the first given name GIVEN, others SECOND;
2. Hispanic names with two surnames: the first is FAMILY (paternal), the second MATERNAL;
   2a. a surname after `de` at the end of a woman's name (Rosa Vera de Loor), or after `vda. de`: MARRIED;
   2b. without parts: leading known given names, then surnames; of four or more words the last two;
3. a word ending in -ovich, -evna, -ovych ...: PATRONYMIC, the word before it GIVEN, others FAMILY;
4. a Han or Korean name of two or three words that begins (or ends) with a known surname: FAMILY, GIVEN;
5. after bin, ibn, ben, ould: CHAIN; Abu X: KUNYA.

>>> from cordillera.engines.names.parts import read_parts
>>> [part.role.name for part in read_parts("José Adolfo Macías Villamar").parts]
['GIVEN', 'SECOND', 'FAMILY', 'MATERNAL']
"""

import re
from enum import IntEnum
from typing import Final

from cordillera.engines.names.culture.common import FAMILY_HISPANIC, GIVEN_HISPANIC
from cordillera.engines.names.culture.nicknames import names_for
from cordillera.engines.names.culture.patronymics import patronymic_stem


class Role(IntEnum):
    """The part that a word plays in a name; the number is the code of the kernel."""

    UNKNOWN = 0
    GIVEN = 1
    SECOND = 2
    FAMILY = 3
    MATERNAL = 4
    PATRONYMIC = 5
    CHAIN = 6
    MARRIED = 7
    KUNYA = 8
    SURNAME = 9


_CHINESE_TEXT: Final = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang "
    "xie song tang han feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei "
    "su lu ding ren shen yao lei mao xi bai cui kang qiu qin gu hou shao meng kim lee park pak choi "
    "choe ch'oe jung jong chong kang cho jo yoon yun jang chang lim im rim han oh o so seo shin sin "
    "kwon hwang ahn an song ryu yu jon jeon hong ko moon mun yang son bae pae paek baek ri yi gim "
    "bak jeong jeon no ro nguyen tran le pham hoang huynh phan vu vo dang bui do ngo hsieh tsai chou "
    "chiang chu hsu tsao teng kwok cheung chan wong"
)
_CHINESE: Final = frozenset(_CHINESE_TEXT.split())


_SYLLABLES: Final = re.compile(
    r"(?:(?:zh|ch|sh|ts|tz|hs|kw|gw|hw|ng|nh|ph|kh|th|tr|[bpmfdtnlgkhjqxrzcsyw])?(?:y|w)?[aeiou]{1,3}(?:ng|n|k|l|m|p|t|r|h)?){1,3}"
)


def assign_roles(words: tuple[str, ...], family: frozenset[int] | None, marks: frozenset[int]) -> list[Role]:
    """Return the role of each word. `family`: the surname's words, if known; `marks`: words after `de`."""
    if family is not None:
        return _known_parts(words, family, marks)
    patronymic = next((i for i, word in enumerate(words) if is_patronymic(word)), None)
    if patronymic is not None and len(words) > 1:
        return _slavic(words, patronymic)
    if is_hispanic(words):
        return _hispanic(words, marks)
    return _east_asian(words) or [Role.UNKNOWN] * len(words)


def is_patronymic(word: str) -> bool:
    """Tell a father's name by its ending: Vladimirovich, Sergeevna, Volodymyrovych."""
    return bool(patronymic_stem(word)[0])


def is_hispanic(words: tuple[str, ...]) -> bool:
    """Tell a Hispanic name: it begins with a Hispanic given name and holds two known Hispanic words."""
    full = [word for word in words if len(word) > 1]
    known = sum(word in FAMILY_HISPANIC or _is_given(word) for word in full)
    return len(full) > 1 and _is_given(full[0]) and known >= 2 and 2 * known >= len(full)


def _is_given(word: str) -> bool:
    return word in GIVEN_HISPANIC or not GIVEN_HISPANIC.isdisjoint(names_for(word))


def is_syllabic(words: tuple[str, ...]) -> bool:
    """Tell a Chinese or Korean name: its syllables are words, so a near spelling is another name."""
    if not 2 <= len(words) <= 4 or not (words[0] in _CHINESE or words[-1] in _CHINESE):
        return False
    return all(_SYLLABLES.fullmatch(word) for word in words)


def _known_parts(words: tuple[str, ...], family: frozenset[int], marks: frozenset[int]) -> list[Role]:
    given = [i for i in range(len(words)) if i not in family]
    surnames = sorted(family)
    roles = [Role.SURNAME] * len(words)
    roles[surnames[0]] = Role.FAMILY
    for place, number in enumerate(given):
        roles[number] = Role.SECOND if place else Role.GIVEN
        if place and is_patronymic(words[number]):
            roles[number] = Role.PATRONYMIC
    hispanic = any(_is_given(words[i]) for i in given) or any(words[i] in FAMILY_HISPANIC for i in surnames)
    if len(surnames) > 1 and hispanic:
        _two_surnames(roles, surnames, marks)
    return roles


def _two_surnames(roles: list[Role], surnames: list[int], marks: frozenset[int]) -> None:
    """Set the roles of surnames in order: paternal, then maternal, or the husband's after `de`."""
    roles[surnames[0]] = Role.FAMILY
    for place in surnames[1:]:
        roles[place] = Role.MARRIED if place in marks and place == surnames[-1] else Role.MATERNAL


def _slavic(words: tuple[str, ...], patronymic: int) -> list[Role]:
    roles = [Role.FAMILY] * len(words)
    roles[patronymic] = Role.PATRONYMIC
    roles[patronymic - 1 if patronymic else patronymic + 1] = Role.GIVEN
    return roles


def _hispanic(words: tuple[str, ...], marks: frozenset[int]) -> list[Role]:
    count = len(words)
    leading = next((i for i, word in enumerate(words) if not _is_given(word) and len(word) > 1), count)
    surnames_from = min(leading, count - 1) if count < 4 else max(min(leading, count - 1), count - 3)
    if count >= 4 and count - surnames_from > 2 and count - 1 not in marks:
        surnames_from = count - 2
    if count == 3 and leading > 1 and words[1] in FAMILY_HISPANIC and words[2] in FAMILY_HISPANIC:
        surnames_from = 1
    roles = [Role.GIVEN] + [Role.SECOND] * (count - 1)
    surnames = list(range(surnames_from, count))
    _two_surnames(roles, surnames, marks)
    return roles


def _east_asian(words: tuple[str, ...]) -> list[Role] | None:
    if not 2 <= len(words) <= 3 or any(len(word) > 9 for word in words):
        return None
    if words[0] in _CHINESE:
        return [Role.FAMILY, *[Role.GIVEN] * (len(words) - 1)]
    if words[-1] in _CHINESE and len(words) == 2 and len(words[0]) > 3:
        return [Role.GIVEN, Role.FAMILY]
    return None

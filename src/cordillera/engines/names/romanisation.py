"""One name, several spellings in Latin letters: Arabic, Persian and Slavic names.

Arabic writes few vowels, so a passport officer in Cairo, Dakar or London spells the same name differently.
Only forms of the same name stand together; Hasan and Hussein, or Salim and Salem, are different names.

>>> same_name("mohamed", "muhammad"), same_name("hassan", "hussein")
(True, False)
"""

from typing import Final

_GROUPS: Final = (
    "muhammad mohammad mohammed mohamed muhammed muhamed mohamad muhamad mohammod mahomed mehmed mehmet",
    "mahmud mahmoud mahmood mehmood",
    "ahmad ahmed ahmet akhmad akhmed",
    "hasan hassan hasen hassen",
    "husayn hussein husain hussain hossein hosein husein houssein housseine huseyin",
    "yusuf yousef youssef yousuf yusef yousif yousaf yusof iosif josef",
    "ibrahim ebrahim ibraheem brahim ibragim",
    "ismail ismael ismaeel esmail ismayil",
    "khalid khaled halid khalit",
    "umar omar omer oumar",
    "uthman othman osman usman ousmane usmon",
    "said saeed saeid saiyid sayid saied",
    "sayyid sayed syed said seyed sayyed",
    "abdullah abdallah abdulla abdalla abdellah abdoullah",
    "abdulrahman abdurrahman abdelrahman abdirahman abderrahmane abdorrahman abdulrahmon",
    "abdulaziz abdelaziz abdulazeez abdoulaziz",
    "abdulkadir abdelkader abdulqadir abdulkader abdelqader",
    "mustafa mostafa moustafa mustapha mostapha moustapha",
    "jamal gamal djamal djamel jamel",
    "jamil gamil djamil jameel",
    "jafar jaafar djafar jaffar gaafar",
    "faisal faysal feisal faycal",
    "fatima fatma fatimah fatemeh faatima",
    "aisha aysha ayesha aicha aischa",
    "khadija khadijah khadidja kadija hadija",
    "zaynab zainab zeinab zineb zeynep",
    "maryam mariam meryem miriam",
    "nur noor nour noora",
    "rashid rasheed rachid rachide",
    "hamid hameed hamed",
    "karim kareem kerim",
    "rahim raheem rehim",
    "nasir naser nasser nacer",
    "tariq tarek tareq tarik tarique",
    "walid waleed oualid",
    "yasin yassin yaseen yacine yassine",
    "zakariya zakaria zakariyya zakarya zacharia",
    "sulayman suleiman suleyman solaiman sulaiman soleiman soulaymane",
    "daud dawud dawood daoud davud",
    "musa moussa mousa mossa",
    "isa issa eisa essa",
    "yahya yehia yahia",
    "harun haroun haroon",
    "bilal belal bilel",
    "hamza hamzah hamzeh",
    "shaykh sheikh shaikh cheikh",
    "qasim kasim qassem kassem qasem gasim kacem",
    "aziz azeez",
    "sergei sergey serguei sergej sergiy serhiy",
    "aleksandr alexander alexandr oleksandr aleksander",
    "aleksei alexei aleksey alexey oleksiy",
    "dmitri dmitry dmitriy dimitri dmytro",
    "yevgeny evgeny evgeni yevgeniy evgeniy eugeny",
    "nikolai nikolay mykola nicolai",
    "vasily vasili vasiliy vasyl",
    "yuri yury yuriy iurii",
    "vladimir wladimir volodymyr",
    "mikhail mihail michail mykhailo",
    "andrei andrey andriy andrej",
    "natalya natalia nataliya nataliia",
    "tatyana tatiana tetiana tetyana",
)

_NAMES_OF: Final[dict[str, frozenset[int]]] = {
    word: frozenset(number for number, group in enumerate(_GROUPS) if word in group.split())
    for word in " ".join(_GROUPS).split()
}


def same_name(left: str, right: str) -> bool:
    """Tell whether two normalised words are known spellings of one name."""
    return not names_of(left).isdisjoint(names_of(right))


def names_of(word: str) -> frozenset[int]:
    """Return the numbers of the names that `word` is a known spelling of; none for most words."""
    return _NAMES_OF.get(word, frozenset())


def spellings(word: str) -> frozenset[str]:
    """Return every known spelling of the names that `word` spells."""
    return frozenset(other for number in names_of(word) for other in _GROUPS[number].split())

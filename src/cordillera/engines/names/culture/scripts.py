"""Other scripts in Latin letters, where letter by letter is not enough: Arabic, Hebrew, Hangul, Han.

Arabic and Hebrew letters become the consonants and long vowels that romanisations write; a Han or Hangul
name without spaces is cut into surname and given name; well-known Han forms of foreign names are read back
(the customary forms of Xinhua). Everything else is left to `anyascii`.

>>> latin_words("习近平"), latin_words("김정은"), latin_words("بوتين")
(['xi', 'jinping'], ['gim', 'jeongeun'], ['butin_'])
"""

import unicodedata
from typing import Final

from anyascii import anyascii

from cordillera.engines.names.culture.marks import VOWELLESS

# Arabic, Persian and Urdu letters; hamza and ayn are silent, long vowels are written.
_ARABIC: Final = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j",
    "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh",
    "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ڤ": "v", "ق": "q", "ک": "k",
    "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ة": "a", "و": "u", "ؤ": "u", "ي": "i",
    "ی": "i", "ى": "a", "ئ": "i", "ء": "", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ے": "e", "ۀ": "a",
    "ھ": "h", "ہ": "h", "ې": "e", "ښ": "sh", "ځ": "z", "څ": "ts", "ړ": "r", "ڼ": "n", "ۇ": "u", "ە": "e",
}  # fmt: skip
_HEBREW: Final = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "u", "ז": "z", "ח": "h", "ט": "t", "י": "i",
    "כ": "k", "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "p",
    "ף": "f", "צ": "ts", "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_GREEK_OUTSET: Final = {"μπ": "b", "ντ": "d", "γκ": "g"}
_OF_ONE_LETTER: Final = {"이": "yi", "오": "oh", "우": "woo"}  # surnames, as their bearers write them
_HANGUL: Final = 0xAC00  # blocks are numbered by first consonant, vowel and last consonant (Unicode 3.12)
_ENDS: Final = {1: "k", 2: "k", 3: "k", 7: "t", 17: "p", 18: "p", 19: "t", 20: "t", 22: "t", 23: "t"} | {
    24: "k", 25: "t", 26: "p", 27: "t"
}  # fmt: skip
_FILLED: Final = frozenset({(18, 0), (18, 8)})  # the vowel eu, with nothing or l after it
_FOREIGN_HANGUL: Final = 3  # blocks from which a word that is no Korean name is a foreign one
# Names that Arabic letters write in one way, as Latin letters customarily do: their vowels are known.
_ARABIC_NAMES_TEXT: Final = """
    محمد muhammad احمد ahmad محمود mahmud حامد hamid حميد hamid علي ali حسن hasan حسين husayn حسنين hasanayn
    عمر umar عمرو amr عثمان uthman ابراهيم ibrahim اسماعيل ismail اسحاق ishaq يعقوب yaqub يوسف yusuf موسى musa
    عيسى isa داود daud سليمان sulayman يحيى yahya زكريا zakariya هارون harun يونس yunus ادريس idris نوح nuh
    خالد khalid وليد walid سعيد said سعد saad مسعود masud مصطفى mustafa مرتضى murtada رضا reza صالح salih
    صلاح salah سالم salim سليم salim سلمان salman سلطان sultan ناصر nasir نصر nasr نصير nasir منصور mansur
    كريم karim رحيم rahim رحمن rahman عزيز aziz حكيم hakim حليم halim رشيد rashid راشد rashid مجيد majid
    ماجد majid لطيف latif قادر qadir خالق khaliq غفور ghafur جبار jabbar رزاق razzaq سلام salam نور nur
    جمال jamal جميل jamil كمال kamal كامل kamil جلال jalal بلال bilal طلال talal هلال hilal فيصل faisal
    فهد fahd فؤاد fuad عماد imad اياد iyad زياد ziyad زيد zayd طارق tariq طاهر tahir حمزه hamza قاسم qasim
    هاشم hashim هشام hisham عباس abbas جعفر jafar صادق sadiq باقر baqir كاظم kazim مهدي mahdi هادي hadi
    امير amir امين amin انور anwar اكرم akram اشرف ashraf ايمن ayman اسامه usama بدر badr بشير bashir
    نبيل nabil نادر nadir منير munir مراد murad مختار mukhtar ياسر yasir ياسين yasin شريف sharif مروان marwan
    عدنان adnan غسان ghassan حسام husam حسان hassan رمضان ramadan شعبان shaban رجب rajab فاطمه fatima
    عايشه aisha خديجه khadija زينب zaynab مريم maryam ليلى layla زهراء zahra اميره amira سميره samira
    معمر muammar صدام saddam جابر jabir طالب talib غالب ghalib ثابت thabit حافظ hafiz شاكر shakir بكر bakr
"""
_SPELT_ONE_WAY: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}
)
_PAIRS: Final = _ARABIC_NAMES_TEXT.translate(_SPELT_ONE_WAY).split()
_ARABIC_NAMES: Final = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_ARTICLE: Final = "ال"
_SHORTEST_WITH_ARTICLE: Final = 4
_TABLE: Final = str.maketrans({**_ARABIC, **_HEBREW})
_DOUBLE_SURNAMES_TEXT: Final = (
    "欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 独孤 남궁 황보 제갈 사공 선우 독고"
)
_DOUBLE_SURNAMES: Final = frozenset(_DOUBLE_SURNAMES_TEXT.split())
_SURNAMES: Final = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇"
    "吕呂丁任卢盧姚沈钟鐘姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱侯江尹薛闫阎段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬习習温安鲍戴莫孔向汤湯兰武"
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"
)
_FOREIGN_HAN: Final = {
    "弗拉基米尔": "vladimir",
    "迈克尔": "michael", "约翰": "john", "大卫": "david", "詹姆斯": "james", "威廉": "william",
    "乔治": "george", "玛丽": "mary", "玛丽亚": "maria", "何塞": "jose", "胡安": "juan",
    "卡洛斯": "carlos", "路易斯": "luis", "亚历山大": "alexander", "谢尔盖": "sergei",
    "尼古拉": "nikolai", "伊万": "ivan", "穆罕默德": "muhammad", "艾哈迈德": "ahmad", "阿里": "ali",
    "侯赛因": "husayn", "哈桑": "hasan", "罗伯特": "robert", "托马斯": "thomas", "彼得": "peter",
    "保罗": "paul", "费尔南多": "fernando", "佩德罗": "pedro", "安娜": "anna", "安德烈": "andrei",
    "米哈伊尔": "mikhail", "奥萨马": "usama", "本": "bin", "唐纳德": "donald",
}  # fmt: skip


def latin_words(written: str) -> list[str]:
    """Return the words, in lower-case ASCII letters, of one written word that is not ASCII."""
    script = _script(written)
    if script in {"ARABIC", "HEBREW"}:
        return [_semitic(written)]
    if script in {"CJK", "HANGUL"}:
        return _syllables(written)
    if script == "GREEK":
        return [_greek(written)]
    return [anyascii(written).lower()]


def _script(written: str) -> str:
    first = next((sign for sign in written if sign.isalpha()), "")
    return unicodedata.name(first, "?").split()[0].split("-")[0] if first else ""


def is_syllable(written: str) -> bool:
    """Tell Han and Hangul signs: none of them is a particle or a title, however it is read (斌 is bin).

    >>> is_syllable("斌"), is_syllable("bin"), is_syllable("بن")
    (True, False, False)
    """
    return not written.isascii() and _script(written) in {"CJK", "HANGUL"}


def _semitic(written: str) -> str:
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKC", written) if unicodedata.category(sign) != "Mn"
    )
    if len(plain) > _SHORTEST_WITH_ARTICLE and plain.startswith(_ARTICLE):
        plain = plain.removeprefix(_ARTICLE)
    name = _ARABIC_NAMES.get(plain.translate(_SPELT_ONE_WAY))
    if name:
        return name
    if plain.startswith("ع"):
        plain = "ا" + plain.removeprefix("ع")
    latin = anyascii(plain.translate(_TABLE)).lower()
    if latin[:1] == "u" and latin[1:2] in set("aiueo"):
        latin = "w" + latin[1:]
    return latin + VOWELLESS


def _greek(written: str) -> str:
    """Write digraphs as they sound (ELOT 743): ou, and b, d, g at the outset of a foreign word."""
    plain = "".join(s for s in unicodedata.normalize("NFD", written.casefold()) if s.isalpha())
    for digraph, sound in _GREEK_OUTSET.items():
        if plain.startswith(digraph):
            plain = sound + plain.removeprefix(digraph)
    return anyascii(plain.replace("ου", "ou")).lower()


def _syllables(written: str) -> list[str]:
    """Cut a Han or Hangul name into surname and given name; read customary forms of foreign names."""
    signs = "".join(sign for sign in unicodedata.normalize("NFC", written) if sign.isalpha())
    if signs in _FOREIGN_HAN:
        return [_FOREIGN_HAN[signs]]
    surname = 2 if signs[:2] in _DOUBLE_SURNAMES and len(signs) > 2 else 1
    if 2 <= len(signs) <= surname + 2 and (surname == 2 or signs[0] in _SURNAMES):
        first = _OF_ONE_LETTER.get(signs[:surname]) or _read(signs[:surname])
        return [first, _read(signs[surname:])]
    if len(signs) >= _FOREIGN_HANGUL and _script(signs) == "HANGUL":
        return ["".join(_block(sign) for sign in signs)]
    return [_OF_ONE_LETTER.get(signs) or anyascii(signs).lower()]


def _read(signs: str) -> str:
    """Read Han or Hangul signs of a name; a Hangul block as it sounds alone: Bak, Seok, not Bag, Seog.

    National Institute of Korean Language, Revised Romanisation (2000), 3.1 and 3.4: no sound of a given name
    changes with the next one; r at the outset, k, t, p at the end.
    """
    return "".join(_alone(sign) if _script(sign) == "HANGUL" else anyascii(sign).lower() for sign in signs)


def _alone(sign: str) -> str:
    latin = anyascii(sign).lower()
    end = _ENDS.get((ord(sign) - _HANGUL) % 28)
    latin = latin.rstrip("bcdfghjklmnpqrstvwxyz") + end if end else latin
    return "r" + latin[1:] if latin.startswith("l") else latin


def _block(sign: str) -> str:
    """Read a Hangul block of a foreign name: eu only fills what has no vowel (Beulladimileu is Vladimir)."""
    place = ord(sign) - _HANGUL
    latin = anyascii(sign).lower()
    return latin.replace("eu", "") if (place // 28 % 21, place % 28) in _FILLED else latin

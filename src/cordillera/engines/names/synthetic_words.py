"""What invented names are made of: frequent names of several cultures and the syllables of rare ones.

Written for this project. A family name that is not among the frequent ones is put together from syllables,
so a list of a million persons has a long tail of rare words as real lists have.

>>> CULTURES[0].key, sum(culture.share for culture in CULTURES)
('hispanic', 1.0)
"""

from typing import Final

import msgspec


class Culture(msgspec.Struct, frozen=True):
    """One way of naming: its share of all persons, frequent names, and syllables of rare ones.

    `pattern` tells the parts in order: g given, p second given, f family, m second family, c father's given
    name with `bin`, o father's name with a Russian ending.
    """

    key: str
    share: float
    pattern: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_HISPANIC_GIVEN: Final = _split(
    "María José Luis Juan Carlos Jorge Ana Rosa Manuel Carmen Pedro Jesús Miguel Ángel Francisco Víctor Luz "
    "Diego Andrés Daniel Paola Andrea Gabriela Verónica Fernando Patricio Marco Antonio Segundo Mercedes "
    "Elena Isabel Sandra Martha Gloria Esteban Cristian Wilson Edison Fabián Byron Jhon Yeferson Wilmer "
    "Maritza Narcisa Blanca Digna Lourdes Rocío Ximena Nelly Freddy Washington Galo Ramiro Guido Hernán "
    "Germán Óscar Raúl Rubén Hugo Julio César Alberto Eduardo Enrique Ricardo Roberto Alfonso Alejandro "
    "Camila Valentina Daniela Nicolás Sebastián Mateo Martín Tomás Emilia Julieta Renata Soledad Pilar"
)
_HISPANIC_FAMILY: Final = _split(
    "Zambrano Sánchez García Rodríguez Mendoza Vera López Castro Vargas González Torres Morales Cedeño "
    "Flores Ramírez Moreira Pérez Macías Quispe Mamani Huamán Rojas Díaz Muñoz Soto Contreras Silva Martínez "
    "Sepúlveda Fuentes Guamán Chávez Espinoza Ortiz Herrera Reyes Jiménez Aguirre Salazar Paredes Cevallos "
    "Villamar Intriago Loor Delgado Alvarado Bravo Suárez Velásquez Naranjo Guerrero Romero Ruiz Medina Vega "
    "Cabrera Ponce Molina Andrade Bustamante Lara Navarrete Carrasco Araya Tapia Riquelme Condori Choque"
)
_ARABIC_GIVEN: Final = _split(
    "Muhammad Ahmad Ali Hassan Hussein Omar Ibrahim Khalid Yusuf Mahmoud Mustafa Abdullah Said Salim Hamid "
    "Karim Rashid Tariq Walid Nasser Jamal Samir Faisal Fatima Aisha Khadija Zaynab Maryam Nur Layla Amina"
)
_ARABIC_FAMILY: Final = _split(
    "Hamdani Masri Baghdadi Tikriti Shami Hijazi Najjar Haddad Khatib Qureshi Ansari Zubaidi Jubouri Dulaimi "
    "Sabbagh Halabi Nablusi Tamimi Otaibi Harbi Ghamdi Zahrani Shammari Mutairi Dosari Rubaie Asadi Hashimi"
)
_RUSSIAN_GIVEN: Final = _split(
    "Aleksandr Sergei Vladimir Dmitri Andrei Aleksei Nikolai Ivan Mikhail Yuri Viktor Igor Oleg Pavel Anton "
    "Roman Maksim Denis Konstantin Boris Olga Yelena Tatyana Natalya Irina Svetlana Anna Marina"
)
_RUSSIAN_FAMILY: Final = _split(
    "Ivanov Smirnov Kuznetsov Popov Vasilyev Petrov Sokolov Mikhailov Novikov Fyodorov Morozov Volkov "
    "Alekseyev Lebedev Semyonov Yegorov Pavlov Kozlov Stepanov Nikolayev Orlov Andreyev Makarov Nikitin"
)
_ENGLISH_GIVEN: Final = _split(
    "James John Robert Michael William David Richard Joseph Thomas Charles Mary Patricia Jennifer Linda "
    "Elizabeth Barbara Susan Jessica Sarah Karen Daniel Matthew Anthony Mark Donald Steven Paul Andrew Emma"
)
_ENGLISH_FAMILY: Final = _split(
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Martin Jackson "
    "Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker"
)
_CHINESE_GIVEN: Final = _split(
    "Wei Fang Na Xiuying Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Xiulan Xia Ping Gang "
    "Jianguo Guiying Zhiwei Haiyan Xiaoming Jianhua Weidong Yuhan Zihan Haoran Yichen Mengyao"
)
_CHINESE_FAMILY: Final = _split(
    "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Gao Lin Luo Zheng Liang Xie Song "
    "Tang Xu Deng Han Feng Cao Peng Zeng Xiao Tian Dong Yuan Pan Yu Jiang Cai Du Ye Cheng Su Wei Lu Ding Ren"
)
_PORTUGUESE_GIVEN: Final = _split(
    "João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Gabriel Rafael Ana Maria Francisca Adriana "
    "Juliana Márcia Fernanda Patrícia Aline Bruna Letícia Thiago Rodrigo Felipe Gustavo Vinícius Camila"
)
_PORTUGUESE_FAMILY: Final = _split(
    "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Ribeiro Carvalho Barbosa Rocha "
    "Almeida Nunes Teixeira Cardoso Moreira Nascimento Araújo Correia Monteiro Freitas Moura Barros Pinto"
)

CULTURES: Final = (
    Culture(
        "hispanic",
        0.55,
        "gpfm",
        _HISPANIC_GIVEN,
        _HISPANIC_FAMILY,
        _split(
            "Al Ar Ba Be Bo Ca Ce Cha Chi Co Cue Da Do Es Fa Gua Gue Hi Hua In Ja La Le Lla Ma Me Mo Na "
            "Oro Pa Pi Po Qui Ri Ro Sa Sego Ta Te To Tu Ur Va Ve Vi Yu Za Zu"
        ),
        _split(
            "ndo rra llo rez mora lgado ncón rio zaga mbo nchez vedo ñez rtiz lazo quia nga yo cho pata lema "
            "tierrez sco valo rrera guez rón bides zar cón llas driz meno uz gorri ndía ñaca chano"
        ),
    ),
    Culture(
        "arabic",
        0.12,
        "gcf",
        _ARABIC_GIVEN,
        _ARABIC_FAMILY,
        _split("Ba Bu Da Fa Ha Ja Ka Kha Ma Na Qa Ra Sa Sha Su Ta Tha Wa Ya Za"),
        _split(
            "dawi rani lidi mawi jari nabi ssani qawi mmadi rbouni shidi zouri hayli watli kkawi lousi "
            "ddini ghrani bbasi tibi"
        ),
    ),
    Culture(
        "russian",
        0.08,
        "gof",
        _RUSSIAN_GIVEN,
        _RUSSIAN_FAMILY,
        _split(
            "Ba Be Bo Chu Du Ga Go Gri Ka Ko Kra Lo Lu Ma Mu No Pe Pla Ra Ry Sa She Shu Si Ta Ti Tro Vo Za"
        ),
        _split(
            "brov dayev gachev khin kushin lenkov mashin monov nchenko ngarov pukhin rganov rokin sarev "
            "shkin tnikov vtsov yanin zhnev zlov"
        ),
    ),
    Culture(
        "english",
        0.10,
        "gpf",
        _ENGLISH_GIVEN,
        _ENGLISH_FAMILY,
        _split(
            "Ash Bar Black Brad Brook Cal Car Dal Dun East Fair Fen Gar Glen Hal Har Kel Lang Mar Mil Nor "
            "Oak Pem Rad Ross Shel Stan Thorn Wal West Whit Win"
        ),
        _split(
            "bury by combe croft dale den don field ford gate ham hurst ington land ley low man mere more "
            "shaw stead stock ton well wick wood worth"
        ),
    ),
    Culture(
        "chinese",
        0.08,
        "fg",
        _CHINESE_GIVEN,
        _CHINESE_FAMILY,
        _split(
            "Bai Bo Chun Da De Dong Fei Fu Guo Hai Hong Hua Jia Jian Jin Kai Lan Long Mei Ning Qi Qing Rui "
            "Shan Shu Si Wen Xin Xue Ya Yi Ying Yu Yun Ze Zhen Zhong Zi"
        ),
        _split(
            "an bin bo chen cheng fang feng hao hong hua hui jie jun kang lan lei li lin long mei min nan "
            "ning peng qiang rong shan tao wei xian xin yan ying yu yuan yun zhen"
        ),
    ),
    Culture(
        "portuguese",
        0.07,
        "gpmf",
        _PORTUGUESE_GIVEN,
        _PORTUGUESE_FAMILY,
        _split("Al Ba Bra Ca Co Cu Da Es Fa Fi Ga Gui Le Lo Ma Me Mo Pa Pe Qua Ra Sa Se Ta Va Ve Vi Xa"),
        _split(
            "lho nça reira droso galhães lheiro ndeira ntes queiro rdeiro rães scelos tista valcanti "
            "vares ximento zende nhão ldeira leiro"
        ),
    ),
)

"""Names of many cultures for invented travellers; the words are common ones, the people are not real.

A culture gives surnames and given names; Hispanic people have two surnames. Weights say how often a
culture travels to Ecuador in the demo.
"""

import msgspec


class Culture(msgspec.Struct, frozen=True):
    """A pool of names: how many surnames a person has, which state issues the passport."""

    name: str
    state: str
    weight: int
    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    surname_count: int = 1
    given_counts: tuple[int, ...] = (1, 1, 2)


_HISPANIC = """
Abad Aguirre Alarcón Albán Alcívar Andrade Arévalo Arias Armijos Arteaga Ávila Barragán Barreto
Bastidas Becerra Benavides Benítez Bermúdez Borja Bravo Briones Burgos Bustamante Cabezas Cabrera
Caicedo Calderón Cárdenas Carrión Carvajal Castillo Castro Cedeño Cevallos Chávez Cisneros Córdova
Coronel Cueva Delgado Díaz Domínguez Dueñas Endara Escobar Espinosa Espinoza Estrada Falconí Fajardo
Figueroa Flores Franco Freire Galarza Gallardo García Garzón Gómez González Granda Guerrero
Gutiérrez Herrera Hidalgo Hurtado Intriago Iturralde Izquierdo Jácome Jara Jaramillo Jiménez Lara
Larrea Ledesma León López Loor Lozano Lucero Macías Maldonado Mejía Mena Méndez Mendoza Mera Mieles
Mina Molina Moncayo Montalvo Montesdeoca Montoya Mora Morales Moreno Muñoz Naranjo Narváez Navarrete
Nieto Novoa Núñez Ochoa Ojeda Ordóñez Orellana Ortega Ortiz Pacheco Palacios Páez Pazmiño Peña
Peñafiel Peñaherrera Peralta Pérez Pinargote Pineda Ponce Pozo Proaño Quintero Quiñónez Quiroga
Ramírez Ramos Recalde Reinoso Reyes Ribadeneira Ríos Rivera Robles Rodríguez Romero Rosero Rueda
Ruiz Sáenz Salas Salazar Salcedo Samaniego Sánchez Santana Segovia Sierra Silva Solórzano Sosa
Suárez Tapia Terán Toledo Torres Ubidia Urgilés Uribe Valdivieso Valencia Vallejo Vargas Vásquez
Vega Velasco Vélez Vera Vergara Villacís Villamar Villegas Vinueza Yánez Yépez Zambrano Zapata
Zúñiga De~la~Cruz De~la~Torre Del~Pozo De~la~Rosa San~Martín
"""
_ANDEAN = """
Quishpe Guamán Chicaiza Toapanta Yumbo Grefa Tanguila Cerda Andi Caiza Tipán Pillajo Guanoluisa
Chiluisa Llumiquinga Quilumba Tituaña Cuichán Sisa Masaquiza Jerez Chango Ainaguano Yucailla
Pilataxi Anrango Cotacachi Maigua Lema Morocho Quizhpe Sarango Tenesaca Paucar Huamán Mamani Quispe
Condori Choque Apaza Huanca Ticona Calle Colque Nina Yupanqui Ccopa Sullca Chuquimarca
"""
_MEN = """
José Luis Juan Carlos Jorge Manuel Ángel Víctor Segundo Marco Diego Andrés Fernando Miguel Pedro
Fabián Byron Wilson Wilmer Edison Edwin Kléber Freddy Darwin Stalin Franklin Wellington Jefferson
Yeferson Jhon Jhonny Bryan Brayan Steven Kevin Ronny Geovanny Giovanny Cristian Christian Rómulo
Galo Hernán Iván Ramiro Patricio Rodrigo Gonzalo Gustavo Hugo Ignacio Sebastián Nicolás Mateo Emilio
Joaquín Alejandro Xavier Álvaro Raúl Rubén Óscar Efraín Germán Holger Néstor Olger Washington
Vinicio Mesías Leonardo Mauricio Santiago Camilo Yesid Álex
"""
_WOMEN = """
María Ana Rosa Carmen Luz Blanca Gloria Martha Elena Isabel Patricia Verónica Mónica Gabriela
Daniela Andrea Paola Karla Johanna Yohana Jéssica Yesenia Maribel Maricela Elizabeth Lisbeth
Katherine Kathya Génesis Nathaly Dayana Nayeli Sisa Ñusta Killa Wayra Rocío Pilar Dolores Mercedes
Fernanda José Belén Soledad Guadalupe Lourdes Esperanza Consuelo Ximena Jimena Silvana Viviana
Magaly Narcisa Zoila Bertha Leonor Inés Cecilia Alexandra Alejandra Camila Valentina Sofía Emilia
Renata Milena Yuliana Leidy Yurany
"""
_US_SURNAMES = """
Abbott Adkins Ashford Baxter Bennett Bishop Blackwell Bradley Brewer Calhoun Carver Chandler Clayton
Coleman Conrad Cooper Dalton Dawson Decker Donovan Drake Eastman Ellison Fairbanks Fleming Foster
Garrison Goodwin Grady Hadley Harmon Hayward Holloway Hubbard Jennings Kendrick Lawson Lockhart
Maddox Marlow Mercer Nolan O'Brien O'Donnell Pickett Prescott Quinn Ramsey Sawyer Sheldon Stanton
Sutton Thatcher Underwood Vaughn Wheeler Whitaker Winslow Yates Nguyen Patel Washington-Reed
"""
_US_MEN = """
James Robert Michael William David Richard Joseph Thomas Daniel Matthew Anthony Mark Steven Paul
Andrew Joshua Kenneth Kevin Brian Edward Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric
Jonathan
"""
_US_WOMEN = """
Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra
Margaret Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura
"""
_ARABIC = """
Al-Amin Al-Bakri Al-Dosari Al-Farsi Al-Ghamdi Al-Hashimi Al-Jabri Al-Khatib Al-Masri Al-Najjar
Al-Qahtani Al-Rashid Al-Sayegh Al-Tamimi Al-Zahrani Abdelaziz Abdallah Abou~Khalil Ahmed Aziz Bakri
Belkacem Benali Boutros Chahine Daoud El~Amrani El~Fassi El~Idrissi Fakhoury Ghannam Haddad Hamdan
Hariri Jaber Kassem Khoury Mansour Mansouri Nasser Qasim Rahman Saleh Shaheen Tahan Yassin Zidan
"""
_ARABIC_MEN = """
Mohamed Muhammad Mohammed Ahmad Ahmed Ali Omar Yusuf Youssef Ibrahim Khalid Khaled Hassan Hussein
Abdullah Abdel~Rahman Mahmoud Mustafa Karim Samir Tariq Ziad Rashid Bilal Faisal Nabil Walid Hamza
"""
_ARABIC_WOMEN = """
Fatima Aisha Khadija Maryam Zainab Noor Layla Huda Samira Amina Yasmin Rania Hanan Salma Dina Farah
"""
_CHINESE = """
Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng
Xie Han Tang Feng Yu Dong Xiao Cheng Cao Yuan Deng Fu Shen Zeng Peng Lü Su Jiang Cai Jia Ding Wei
Xue Ye Yan
"""
_CHINESE_GIVEN = """
Wei Fang Min Jing Qiang Lei Jun Yang Yong Yan Jie Tao Ming Chao Ping Gang Guiying Xiuying Xiaoming
Jianguo Zhiqiang Haiyan Lihua Yuhan Zixuan Haoran Yichen Mingze Junjie Xinyi Meiling Shufen Guoqiang
"""
_RUSSIAN = """
Abramov Belov Bogdanov Borisov Vinogradov Volkov Gusev Denisov Egorov Zhukov Zaitsev Kiselev Kovalev
Kozlov Komarov Kudryavtsev Lebedev Makarov Melnikov Mironov Nikitin Orlov Pavlov Petukhov Romanov
Savin Semenov Sidorov Sorokin Stepanov Tarasov Titov Fedorov Filippov Frolov Shcherbakov Shubin
Yakovlev
"""
_RUSSIAN_MEN = """
Aleksandr Aleksei Andrei Anton Artem Boris Dmitrii Evgenii Fedor Grigorii Igor Ivan Kirill
Konstantin Maksim Mikhail Nikolai Oleg Pavel Petr Roman Sergei Stanislav Vadim Viktor Vladislav Yuri
"""
_RUSSIAN_WOMEN = """
Anastasiia Anna Daria Ekaterina Elena Galina Irina Iuliia Kseniia Larisa Liudmila Mariia Marina
Nadezhda Natalia Nina Oksana Olga Polina Svetlana Tatiana Valentina Vera Viktoriia Yana Zoia
"""
_DUTCH = """
Van~den~Berg Van~der~Meer Van~Dijk De~Vries De~Jong Bakker Visser Smit Meijer De~Boer Mulder
De~Groot Bos Vos Peters Hendriks Van~Leeuwen Dekker Brouwer De~Wit Dijkstra Smits De~Graaf
Van~der~Linden Kok Jacobs Vermeulen Schouten Van~Beek Willems Hoekstra Koster Prins Huisman Postma
Kuipers Van~'t~Hof
"""
_DUTCH_MEN = """
Jan Pieter Hendrik Willem Bram Daan Sem Lucas Thijs Jeroen Maarten Joost Ruben Sander Wouter Bas
Koen
"""
_DUTCH_WOMEN = """
Anna Sanne Lotte Femke Marijke Annelies Ingrid Saskia Fleur Eva Lieke Noor Esmée Iris Maud Roos Zoë
"""
_FRENCH = """
Lefèvre Lemaître Dubois Moreau Girard Rousseau Fournier Mercier Dupont Lambert Bonnet François
Martinez Legrand Garnier Faure Chevalier Gauthier Perrin Robin Clément Morin Béranger Desrosiers
Le~Goff De~Villiers
"""
_FRENCH_MEN = """
Jean Pierre Michel André Philippe René Alain Jacques Bernard Étienne Lucas Hugo Théo Jérôme François
"""
_FRENCH_WOMEN = """
Marie Jeanne Françoise Monique Hélène Chloé Léa Manon Inès Camille Aurélie Élodie Céline Anaïs
Noémie
"""
_GERMAN = """
Müller Schäfer Köhler Krüger Böhm Günther Jäger Weiß Groß Vogel Lang Fuchs Schröder Neumann
Zimmermann Braun
"""
_GERMAN_MEN = """
Jürgen Günter Jörg Thomas Stefan Andreas Matthias Lukas Felix Jonas Niklas Björn Heinz Klaus Uwe
"""
_GERMAN_WOMEN = """
Ursula Käthe Sabine Petra Monika Birgit Anke Heike Lena Hannah Jördis Sophie Johanna Greta Ilse
"""


def _words(text: str) -> tuple[str, ...]:
    """The different names in a text; "~" stands for a blank inside a name."""
    return tuple(dict.fromkeys(word.replace("~", " ") for word in text.split()))


def _hispanic(name: str, state: str, weight: int, surnames: str = _HISPANIC) -> Culture:
    pools = (_words(surnames), _words(_MEN), _words(_WOMEN))
    return Culture(name, state, weight, *pools, surname_count=2, given_counts=(1, 2, 2, 2, 3))


CULTURES = (
    _hispanic("ecuador", "ECU", 380),
    _hispanic("kichwa", "ECU", 110, _ANDEAN),
    _hispanic("colombia", "COL", 110),
    _hispanic("peru", "PER", 60, _ANDEAN + _HISPANIC),
    _hispanic("venezuela", "VEN", 50),
    _hispanic("chile", "CHL", 20),
    _hispanic("spain", "ESP", 50),
    Culture("united states", "USA", 110, _words(_US_SURNAMES), _words(_US_MEN), _words(_US_WOMEN)),
    Culture("arabic", "LBN", 20, _words(_ARABIC), _words(_ARABIC_MEN), _words(_ARABIC_WOMEN)),
    Culture("chinese", "CHN", 30, _words(_CHINESE), _words(_CHINESE_GIVEN), _words(_CHINESE_GIVEN), 1, (1,)),
    Culture("russian", "RUS", 15, _words(_RUSSIAN), _words(_RUSSIAN_MEN), _words(_RUSSIAN_WOMEN)),
    Culture("dutch", "NLD", 20, _words(_DUTCH), _words(_DUTCH_MEN), _words(_DUTCH_WOMEN)),
    Culture("french", "FRA", 15, _words(_FRENCH), _words(_FRENCH_MEN), _words(_FRENCH_WOMEN)),
    Culture("german", "DEU", 10, _words(_GERMAN), _words(_GERMAN_MEN), _words(_GERMAN_WOMEN)),
)

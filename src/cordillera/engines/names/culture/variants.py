"""One name, several spellings or languages: forms of the same name stand together in a group.

Arabic writes few vowels, so an officer in Cairo, Dakar or London spells the same name differently; Slavic,
Korean and Chinese names have several official romanisations; European saints' names differ by language.
Only forms of one name stand together; Hasan and Husayn are two names. Written by the authors.

>>> same_name("mohamed", "muhammad"), same_name("hasan", "husayn"), same_name("park", "pak")
(True, False, True)
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from cordillera.engines.names.spelling import skeleton

_ARABIC: Final = (
    "muhammad mohammad mohammed mohamed muhammed muhamed mohamad muhamad mohammod mahomed mehmed mehmet "
    "mohamud mahamad mahamat mohammadu mamadou mamadu maxamed magomed mukhammad mohamet / mahmud "
    "mahmoud mahmood mehmood mahmut maxamuud makhmud / ahmad ahmed ahmet akhmad akhmed axmed ahamad "
    "ahmat / hasan hassan hasen hassen xasan hasaan / husayn hussein husain hussain hossein hosein "
    "husein houssein housseine huseyin hussin khusein xuseen husseyn houssain hussien / yusuf yousef "
    "youssef yousuf yusef yousif yousaf yusof youcef yusif usuf yussuf yusup / ibrahim ebrahim ibraheem "
    "brahim ibragim ibrahima / ismail ismael ismaeel esmail ismayil esmaeil ismaiil smail / khalid "
    "khaled halid khalit xalid / umar omar omer oumar ummar cumar / uthman othman osman usman ousmane "
    "usmon cismaan osmane uthmaan / said saeed saeid saied saad sayeed siad sid saiid / sayyid sayed "
    "syed seyed sayyed sayid seyyed sidi saiyid / abdullah abdallah abdulla abdalla abdellah abdoullah "
    "abdilahi abdullahi cabdullaahi cabdulaahi abdoulaye / mustafa mostafa moustafa mustapha mostapha "
    "moustapha mustafo / jamal gamal djamal djamel jamel gamel cemal / jamil gamil djamil jameel cemil "
    "/ jafar jaafar djafar jaffar gaafar cafer jafer / faisal faysal feisal faycal faycel / fatima "
    "fatma fatimah fatemeh faatima fatouma fatoumata / aisha aysha ayesha aicha aischa ayse aishah / "
    "khadija khadijah khadidja kadija hadija khadijeh hatice / zaynab zainab zeinab zineb zeynep zaineb "
    "/ maryam mariam meryem maryem / nur noor nour noora nor nuur / rashid rasheed rachid rachide "
    "rechid raschid rosyid rasyid rashed rached / hamid hameed hamed / karim kareem kerim karem / rahim "
    "raheem rehim raheim / rahman rehman rahmane rahmon / nasir naser nasser nacer nassir / tariq tarek "
    "tareq tarik tarique tarq / walid waleed oualid welid valid valed velid / yasin yassin yaseen "
    "yacine yassine yasine / yasir yasser yaser yassir / zakariya zakaria zakariyya zakarya zacharia "
    "zekeriya / sulayman suleiman suleyman solaiman sulaiman soleiman soulaymane suliman slimane "
    "slimani suleman / daud dawud dawood daoud davud dawod daood / musa moussa mousa mossa moosa / isa "
    "issa eisa essa ciise eissa / yahya yehia yahia yahiya yehya / harun haroun haroon haron / bilal "
    "belal bilel / hamza hamzah hamzeh hamse / qasim kasim qassem kassem qasem gasim kacem kassim "
    "qassim belkacem / aziz azeez aziez / tahir taher tahar taheer / salih saleh salah salaheddin / "
    "salih saleh / ali aly alli cali / jibril jabril gibril djibril jebril jibreel / haqqani haqani "
    "haqqany hakkani / wasim waseem wassim wacim / bashir basheer bachir bechir beshir baasyir / amin "
    "ameen amine emin / amir ameer emir / nabil nabeel / majid majeed madjid mejid macid / rafiq rafik "
    "rafeeq rafic / rauf raouf raoof rawf rouf / hashim hashem hachem haschem hasim / hisham hicham "
    "hishem heshem / ghazi gazi / haji hajji hadji hajj / yaqub yaqoub yakub yacoub yaqoob yakoub jakub "
    "/ ayub ayyub ayoub ayoob / usama osama oussama ussama ousama / laden ladin / awad awadh / shukri "
    "choukri shokri sukri / sharif shareef cherif sherif charif / rida reza ridha riza redha reda ridho "
    "ridlo / mahdi mehdi / mansur mansour mansoor mensur / munir mounir muneer moneer / murad mourad "
    "morad / mukhtar mokhtar moktar muktar / idris idriss driss edris idrees / ilyas elias eliyas ilias "
    "iliyas / imad emad imed aimad / ihsan ehsan / ayman aiman aymen / adil adel / qadir kader qader "
    "kadir qadeer / qadi qadhi kadi kazi qazi ghazi / latif lateef letif / ghani gani ghany / wahid "
    "waheed ouahid / zayd zaid zeid zayed / ziyad ziad ziyed / uways aweys awes uwais oweis weys oais "
    "owais ovais / khayr khair kheir khayri / shahid shaheed chahid / qurayshi qureshi quraishi "
    "koreishi / hilmi helmi / jabar jabbar djabbar jabber / ghaffar ghafar ghafor ghafoor ghafur gafur "
    "/ gul gol / mulla mullah molla mollah / mawlawi maulavi maulawi moulavi mowlawi molvi / shaykh "
    "sheikh shaikh cheikh sheik sheekh / jihad djihad cihad jehad / juma jumah djuma jomaa joma / "
    "nuruddin nuraldin nooruddin noureddine nureddin noruddin nouruddin / nazir nazeer nadhir nadheer "
    "nathir natheer nathier / iyad eyad ayad eiad / tharwat thirwat sarwat servet tarwat / inayat "
    "enayat inayet / ijaz ejaz / bakr bakir baker bekir baqir bakar / ashraf achraf / hafiz hafez "
    "hafedh hafidh hafeez / riyad riad riadh riyadh / khairullah khayrullah kheirullah kherullah "
    "khairulla / attallah ataullah atallah ataollah attaullah / shafiq chafik shafik shafeeq / tawfiq "
    "toufik tewfik taufik tawfeek / shawqi chawki shawki / lutfi lotfi loutfi / zuhayr zuhair zoheir "
    "zouhair / jabir jaber djaber gaber / samir sameer / tamim tameem / salim saleem selim / wahab "
    "wahhab ouahab / razzaq razaq razzak rezzak razak / sabri sabry / fawzi fawzy faouzi fauzi / muhsin "
    "mohsen mohsin muhsen / mundhir munzir monzer mounzer / mazin mazen / marwan marouane merwan / "
    "sufyan sofiane soufiane sufian / anis anees aniss / nizar nezar / adnan adnane / ridwan redouane "
    "rizwan radwan ridhwan / asad assad asaad "
)
_SLAVIC: Final = (
    "sergei sergey serguei sergej sergiy serhiy serhii siarhei siarhiej serge siarhey sergii serghei "
    "serghiei / aleksandr alexander alexandr oleksandr aleksander aliaksandr alyaksandr alexandre "
    "alejandro alessandro alexandros iskander aleksandar alexandru sandor alexandar / aleksei alexei "
    "aleksey alexey oleksiy oleksii aliaksei alyaksey alexej alexi / dmitri dmitry dmitriy dimitri "
    "dmytro dzmitry dimitry dmitrii dimitrios dimitar dumitru dimitrij / yevgeny evgeny evgeni yevgeniy "
    "evgeniy eugeny yevhen yevheniy yauhen evgenii eugene ievgen iauhen eugenio / nikolai nikolay "
    "mykola nicolai mikalai nicholas nicolas nikolaus nikolaos nikola miklos nikolaj mikola nicola "
    "niccolo nikolas / vasily vasili vasiliy vasyl vasilii vasil basil vasile vasilios / yuri yury "
    "yuriy iurii yurii iouri juri jurij youri iuri yurij yuryy iur yur jur jurj / vladimir wladimir "
    "volodymyr uladzimir vladimer volodimir / vladimirovich wladimirowitsch volodymyrovych "
    "uladzimiravich / mikhail mihail michail mykhailo mikhailo mykhaylo michael mihai mikael michal "
    "miguel michel mikhael mikheil maikel miquel / andrei andrey andriy andrej andrii andrew andreas "
    "andres andre andrzej ondrej / natalya natalia nataliya nataliia natalja nathalie natalie / tatyana "
    "tatiana tetiana tetyana tatjana taciana tatsiana / igor ihar ihor / grigory hryhory hryhoriy "
    "grigoriy grigori gregory gregorio grzegorz hryhorii grigorii ryhor gregor grigorios gregoire / "
    "pavel pavlo paul pablo pawel pavol paolo paulo pal / petr pyotr piotr petro peter pedro pierre "
    "pietro petar petros piotrs pieter petru peder / ivan john juan jean giovanni johann johannes jan "
    "joao yohannes jovan yahya ioannis ion ivane hovhannes johan iwan ivano yoan giannis sean ian jhon "
    "jon / josef joseph jose giuseppe iosif yosef jozef josip jozsef josephus / yosef yusuf joseph "
    "iosif yosif josef / konstantin constantin kostyantyn konstantyn konstantinos costantino "
    "constantino kanstantsin / anatoly anatoli anatoliy anatolii anatol anatolij / gennady gennadiy "
    "gennadi henadiy hennadiy gennadii henadz / grigorievich grigoryevich hryhorovych hryhoravich / "
    "oleg aleh oleh / viktor victor viktar vittorio viktors / vitaly vitali vitaliy vitalii vital / "
    "valery valeri valeriy valerii valerij valeriu / maksim maxim maksym maxime massimo maximo / "
    "svetlana sviatlana svitlana / ekaterina yekaterina kateryna katsiaryna katerina catherine "
    "katherine catalina caterina katharina kathryn / elena yelena olena alena helen helena ileana eleni "
    "elene helene / maria marie mary mariya mariia maryia marija mariam miriam maryam maryna / marina "
    "maryna marine / anna ana anne hanna hannah ganna ane / zelensky zelenskiy zelenskyy selenskyj "
    "zelenskyj zelenskyi zelenski selensky / vyacheslav viacheslav viachaslau vyacheslau viatcheslav / "
    "yakov jakov jacob jakob iakov jacobo giacomo jakub yaakov jacques iakovos jaume / stepan stefan "
    "stephen steven esteban etienne stefano stjepan stephan istvan estevan stefanos / fyodor fedor "
    "feodor theodore teodoro fiodor theodor / georgy george jorge georg georgiy heorhiy georges giorgio "
    "giorgi jerzy georgios gheorghe yorgos jordi / arkady arkadiy arkadi arkadii / pushilin pushylin / "
    "olga volha olha / leonid leanid lieanid leonyd / vladislav uladzislau vladyslav wladislaw "
    "wladyslaw / vadim vadym vadzim / ruslan rouslan / yaroslav iaroslav jaroslav yaraslau / stanislav "
    "stanislau stanislaw / rostislav rostyslav rastsislau / lyudmila ludmila liudmila liudmyla lyudmyla "
    "/ oksana aksana oxana / ilya ilia iliya ilja illia / matvei matvey matviy / zakhar sakhar zachar / "
    "timofei timofey tymofiy / kirill kiril kyrylo cyril kiryl / roman raman / artyom artem artiom "
    "artsiom / yelizaveta elizaveta yelyzaveta "
)
_EUROPEAN: Final = (
    "james jaime jacques giacomo santiago jacob diego iago yago / charles carlos carlo karl carl karel "
    "karol / william guillermo guillaume wilhelm willem guglielmo guilherme willian wiliam / louis luis "
    "luigi ludwig luiz lewis lluis / henry enrique henri heinrich enrico hendrik henrique henrik / "
    "francis francisco francesco francois franz frans francesc / frances francisca francesca francoise "
    "franziska / anthony antonio antoine anton antonius antony antonis / joseph jose josep / frederick "
    "federico friedrich frederic fredrik frederik fridrich fredrich / edward eduardo edouard eduard "
    "edoardo / richard ricardo riccardo / robert roberto / thomas tomas tommaso tomaz tomasz / matthew "
    "mateo matthieu matteo matthias mateus matthaus / mark marcos marco marc marcus markus / philip "
    "felipe philippe filippo filipe filip phillip / lawrence lorenzo laurent laurence lourenco / "
    "elizabeth isabel elisabeth elisabetta isabelle isabella / margaret margarita marguerite margherita "
    "margarethe / stephen esteban stefano / vincent vicente vincenzo vincente / gabriel gavriel gavril "
    "/ raphael rafael raffaele rafail / david davide dawid daud / daniel daniele daniil danil / samuel "
    "samuele / abraham ibrahim avraham abram / alphonse alfonso alfons alphonso / bernard bernardo "
    "bernhard / ferdinand fernando fernand / gonzalez gonzales gonsalez gonzalves / hernandez "
    "hernandes ernandez / vasquez vazquez vasques bazquez basquez / velasquez velazquez belasquez / "
    "jefferson yeferson jeferson yefferson yeferzon jhefferson geferson / john jhon yon jon / jonathan "
    "jhonatan yonatan jhonathan yonathan jonatan / wilmer wilmar vilmer vilmar guilmer bilmer / wilson "
    "wilzon huilson guilson / brian bryan brayan briyan brayhan braian / kevin kevyn kebin quevin / "
    "michael maicol maikol maykol maikel maycol / steven estiven stiven stivens estivens esteeven / "
    "stuart estuardo / washington guashington wasinton / walter gualter valter wualter / franklin "
    "franclin franklyn / darwin darwyn darvin / stalin estalin / nguyen nguien ngyuen / jonson johnson "
)
_EAST_ASIAN: Final = (
    "kim gim / lee yi ri rhee li / park pak bak / choi choe choy che / jung jeong chong chung cheong "
    "jong / kang gang / cho jo / yoon yun youn / jang chang / lim im rim / shin sin / kwon gwon / ahn "
    "an / ryu yu yoo ryoo / jeon chon jun chun / ko go koh / moon mun / bae pae / baek paek paik baik / "
    "noh no roh ro / ha hah / heo hur ho huh / woo wu / chol cheol chul / yong yeong young ryong / "
    "hyok hyeok hyuk / song seong sung / sok seok suk / son seon sun / un eun / myong myeong myung / "
    "kwang gwang / kun geon / hyon hyeon hyun / kil gil / tong dong / tae dae tai / tok deok duk / "
    "pom beom bum / pyong byeong byung / pok bok / ki gi / hui hee hi / sop seop sup / ryol yeol ryeol / "
    "kyong gyeong kyung kyeong / guk kuk gook / ung eung / jin chin / su soo / nam nahm / hwang whang / "
    "jongun jeongeun chongun jungun / jongil jeongil chongil / ilsong ilseong ilsung / cai tsai choi / "
    "cao tsao / chen chan tan chin / zhang chang cheung / zheng cheng / zhou chou chow / zhu chu / zhao "
    "chao chiu / jiang chiang / xu hsu hui / xie hsieh tse / xiao hsiao siu / xi hsi / huang wong hwang "
    "/ wang wong ong / wu ng / li lee / liu lau liew / lin lam lim / yang yeung yeo / ye yeh yip / guo "
    "kuo kwok / gao kao ko / he ho / deng teng tang / zedong tsetung / zemin tsemin / enlai / kaishek "
    "jieshi chiehshih / yatsen yixian / jinping chinping / xiaoping hsiaoping / thein thin / tun htun / "
    "myint myin / kwak gwak / koo goo gu / joo ju / um eom / yum yeom / keum geum / yook yuk / "
    "byun byeon pyon / choo chu "
)

_TABLES: Final = (_ARABIC, _SLAVIC, _EUROPEAN, _EAST_ASIAN)
GROUPS: Final = tuple(group.strip() for table in _TABLES for group in table.split("/") if group.strip())
_FIRST_EAST_ASIAN: Final = len(GROUPS) - _EAST_ASIAN.count("/") - 1


def _numbers_by(key: Callable[[str], str]) -> dict[str, frozenset[int]]:
    """Return the numbers of the groups that hold a word with this key."""
    numbers: dict[str, set[int]] = {}
    for number, group in enumerate(GROUPS):
        for word in group.split():
            numbers.setdefault(key(word), set()).add(number)
    return {word: frozenset(found) for word, found in numbers.items()}


_NAMES_OF: Final = _numbers_by(str)
_TOO_FEW: Final = 3


@cache
def _by_consonants() -> dict[str, frozenset[int]]:
    return {bones: found for bones, found in _numbers_by(skeleton).items() if len(bones) > _TOO_FEW}


def same_name(left: str, right: str) -> bool:
    """Tell whether two normalised words are known forms of one name."""
    return not names_of(left).isdisjoint(names_of(right))


def is_romanisation(left: str, right: str) -> bool:
    """Tell two official romanisations of one Chinese or Korean word: Mao Tse-tung, Mao Zedong."""
    return any(number >= _FIRST_EAST_ASIAN for number in names_of(left) & names_of(right))


def first_romanisation(word: str) -> str:
    """Return the form that stands for all official romanisations of a Chinese or Korean word; else the word.

    >>> first_romanisation("tsetung"), first_romanisation("delacruz")
    ('zedong', 'delacruz')
    """
    number = max(names_of(word), default=-1)
    return GROUPS[number].split()[0] if number >= _FIRST_EAST_ASIAN else word


def names_of(word: str) -> frozenset[int]:
    """Return the numbers of the names that `word` is a known form of; none for most words."""
    return _NAMES_OF.get(word, frozenset())


def names_by_consonants(bones: str) -> frozenset[int]:
    """Return the numbers of the names some form of which has these consonants; for words without vowels."""
    return _by_consonants().get(bones, frozenset()) if len(bones) > _TOO_FEW else frozenset()


def spellings(word: str) -> frozenset[str]:
    """Return every known form of the names that `word` spells."""
    return frozenset(other for number in names_of(word) for other in GROUPS[number].split())

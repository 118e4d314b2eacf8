"""Familiar forms of given names outside the Hispanic world, each with the names it stands for.

English, Russian, German, Dutch, French, Italian, Portuguese, Islamic and West African forms; written by the
authors.

>>> FAMILIAR["ted"]
('theodore', 'edward')
"""

from typing import Final

from cordillera.engines.names.culture.hispanic import NICKNAMES, WRITTEN_SHORT

_ENGLISH: Final = (
    "abe:abraham al:albert,alan,alfred alex:alexander,alexandra alf:alfred allie:alison,alice andy:andrew "
    "angie:angela annie:ann,anna archie:archibald art:arthur barb:barbara barney:barnaby bart:bartholomew "
    "becky:rebecca ben:benjamin,benedict benny:benjamin bernie:bernard bert:albert,herbert,robert "
    "bess:elizabeth beth:elizabeth betsy:elizabeth betty:elizabeth bill:william billy:william bob:robert "
    "bobby:robert brad:bradley cal:calvin cathy:catherine charlie:charles chas:charles chet:chester "
    "chris:christopher,christine chuck:charles cindy:cynthia clem:clement cliff:clifford connie:constance "
    "curt:curtis dan:daniel danny:daniel dave:david davy:david deb:deborah debbie:deborah dick:richard "
    "dickie:richard don:donald donnie:donald doug:douglas drew:andrew ed:edward,edgar,edwin eddie:edward "
    "edie:edith ellie:eleanor,ellen fran:frances frank:francis fred:frederick freddie:frederick gabe:gabriel "
    "gene:eugene geoff:geoffrey gerry:gerald,gerard ginny:virginia greg:gregory gus:augustus,gustav "
    "hal:henry,harold hank:henry harry:henry,harold,harrison herb:herbert jack:john jackie:jacqueline "
    "jake:jacob jamie:james jeff:jeffrey jen:jennifer jenny:jennifer jerry:gerald,jerome jess:jessica "
    "jim:james jimmy:james jo:joanna joe:joseph joey:joseph johnny:john jon:jonathan josh:joshua judy:judith "
    "kate:katherine,catherine kathy:katherine,catherine katie:katherine ken:kenneth kenny:kenneth "
    "larry:lawrence,laurence laurie:laurence len:leonard leo:leonard,leonardo les:leslie lew:lewis "
    "liz:elizabeth lizzie:elizabeth lou:louis,louise maggie:margaret mandy:amanda marge:margaret "
    "matt:matthew "
    "max:maxwell,maximilian meg:margaret mel:melvin,melissa mick:michael mickey:michael mike:michael "
    "milly:mildred molly:mary nan:nancy nate:nathan,nathaniel ned:edward nell:eleanor nick:nicholas "
    "norm:norman pam:pamela pat:patrick,patricia patty:patricia peg:margaret peggy:margaret penny:penelope "
    "pete:peter phil:philip polly:mary ray:raymond reg:reginald rich:richard rick:richard,frederick "
    "ricky:richard rob:robert robbie:robert rod:rodney ron:ronald ronnie:ronald roy:royal rudy:rudolph "
    "russ:russell sam:samuel,samantha sammy:samuel sandy:alexander,sandra sid:sidney steve:stephen,"
    "steven sue:susan susie:susan ted:theodore,edward teddy:theodore,edward terry:terence,theresa "
    "theo:theodore tim:timothy timmy:timothy toby:tobias tom:thomas tommy:thomas tony:anthony trish:patricia "
    "val:valerie vic:victor vicky:victoria vince:vincent walt:walter wes:wesley will:william willie:william "
    "woody:woodrow zach:zachary"
)
_SLAVIC: Final = (
    "sasha:aleksandr,alexander,aleksandra,alexandra shura:aleksandr,alexander alyosha:aleksei lyosha:aleksei "
    "alik:aleksandr,ali tolya:anatoly andryusha:andrei borya:boris dima:dmitri mitya:dmitri "
    "zhenya:yevgeny,evgeny "
    "grisha:grigory igorek:igor vanya:ivan ilyusha:ilya kostya:konstantin lyonya:leonid maks:maksim "
    "misha:mikhail kolya:nikolai pasha:pavel petya:petr,pyotr roma:roman seryozha:sergei seryoga:sergei "
    "slava:vyacheslav,vladislav,stanislav stas:stanislav vadik:vadim valera:valery vasya:vasily "
    "vitya:viktor,victor "
    "vova:vladimir volodya:vladimir vlad:vladimir,vladislav,vladislava yura:yuri yasha:yakov anya:anna "
    "katya:ekaterina,yekaterina lena:elena,yelena luda:ludmila,lyudmila masha:maria nadya:nadezhda "
    "nadia:nadezhda natasha:natalya,natalia nastya:anastasia olya:olga sveta:svetlana tanya:tatyana,tatiana "
    "yulya:yulia ira:irina galya:galina lyuba:lyubov sonya:sofia mitko:dimitar kuba:jakub staszek:stanislaw "
    "jasiek:jan tomek:tomasz piotrek:piotr gosia:malgorzata kasia:katarzyna basia:barbara asia:joanna"
)
_EUROPEAN: Final = (
    "hans:johannes jan:johannes,johan hansi:johannes jochen:joachim jorg:georg jurgen:georg klaus:nikolaus "
    "uli:ulrich fritz:friedrich heinz:heinrich heiner:heinrich willi:wilhelm wim:willem kees:cornelis "
    "piet:pieter henk:hendrik jaap:jacob joop:johannes,joseph sjaak:jacobus gert:gerrit,gerardus "
    "toon:antonius "
    "theo:theodorus bas:sebastiaan sepp:josef toni:anton,antonio gabi:gabriele uschi:ursula moni:monika "
    "beppe:giuseppe peppe:giuseppe pippo:filippo gigi:luigi nino:antonino,giovanni gianni:giovanni "
    "sandro:alessandro enzo:vincenzo,lorenzo mimmo:domenico ciccio:francesco franco:francesco "
    "nando:ferdinando "
    "toto:salvatore,antonio lello:raffaele tonino:antonio ze:jose zeca:jose zezinho:jose chico:francisco "
    "quim:joaquim nelinho:manuel tonho:antonio joca:joao joaozinho:joao luizinho:luiz beto:roberto,alberto "
    "nono:antonio cadu:carlos dudu:eduardo guga:gustavo rafa:rafael jojo:joseph mimi:michele gege:gerard "
    "dede:andre kiki:christine manu:emmanuel seb:sebastien nico:nicolas"
)
_ISLAMIC: Final = (
    "mo:muhammad,mohammed,mohamed md:muhammad,mohammad,mohammed mohd:muhammad,mohammad,mohammed "
    "muhd:muhammad mhd:muhammad moh:muhammad,mohammad abd:abdul abdu:abdullah hamoudi:muhammad "
    "momo:mohamed ali:ali hama:muhammad,mohammed,mohamed hamma:muhammad,mohammed,mohamed "
    "siraj:sirajuddin zia:ziauddin jalal:jalaluddin shihab:shihabuddin burhan:burhanuddin fakhr:fakhruddin "
    "najm:najmuddin rukn:ruknuddin muhyi:muhyiuddin rozi:roziuddin ala:alauddin "
    "inayat:inayatullah hidayat:hidayatullah rahmat:rahmatullah najib:najibullah zabih:zabihullah "
    "hikmat:hikmatullah sana:sanaullah khair:khairullah barkat:barkatullah ubaid:ubaidullah "
    "ismat:ismatullah nimat:nimatullah wali:waliullah sami:samiullah"
)
_AFRICAN: Final = (  # Yoruba and Igbo names are cut short at the front; Burmese ones are abbreviated
    "wole:oluwole,adewole seun:oluwaseun tunde:babatunde,olatunde,akintunde dele:bamidele,oladele,ayodele "
    "kunle:adekunle,olakunle segun:olusegun femi:olufemi,oluwafemi tayo:omotayo,adetayo,olutayo "
    "yemi:adeyemi,oluyemi sola:olusola,adesola deji:adedeji,ayodeji gbenga:olugbenga,oluwagbenga "
    "bayo:adebayo wale:adewale,olawale lanre:olanrewaju niyi:adeniyi,olaniyi dayo:adedayo,oladayo "
    "emeka:chukwuemeka obinna:chukwuobinna ebuka:chukwuebuka ngozi:ngozichukwu "
    "mg:maung"
)


def _table(text: str) -> dict[str, tuple[str, ...]]:
    pairs = (line.split(":") for line in text.split())
    return {short: tuple(name for name in names.split(",") if name != short) for short, names in pairs}


def _join() -> dict[str, tuple[str, ...]]:
    joined: dict[str, tuple[str, ...]] = {}
    tables = (_table(text) for text in (_ENGLISH, _SLAVIC, _EUROPEAN, _ISLAMIC, _AFRICAN))
    for table in (NICKNAMES, WRITTEN_SHORT, *tables):
        for short, names in table.items():
            joined[short] = tuple(dict.fromkeys((*joined.get(short, ()), *names)))
    return {short: names for short, names in joined.items() if names}


FAMILIAR: Final = _join()


def names_for(word: str) -> tuple[str, ...]:
    """Return the full names that a familiar or abbreviated form stands for; () for most words."""
    return FAMILIAR.get(word, ())

"""Hispanic names: short forms, particles, and the endings of Latin American given names.

`NICKNAMES` maps a familiar form to the names it stands for; `WRITTEN_SHORT` holds abbreviations that
registries write (Fco., Ma., Mª). Written by the authors.

>>> NICKNAMES["pepe"], WRITTEN_SHORT["fco"]
(('jose',), ('francisco',))
"""

from typing import Final


def _table(text: str) -> dict[str, tuple[str, ...]]:
    pairs = (line.split(":") for line in text.split())
    return {short: tuple(names.split(",")) for short, names in pairs}


NICKNAMES: Final = _table(
    "adri:adriana,adrian agucho:agustin agus:agustin ale:alejandro,alejandra "
    "alex:alejandro,alexander,alejandra,alexis alfonsito:alfonso alicita:alicia anabel:ana "
    "andresito:andres andy:andres angelito:angel anita:ana antuco:antonio any:ana bastian:sebastian "
    "bea:beatriz bebeta:beatriz benja:benjamin bernie:bernardo "
    "beto:alberto,roberto,humberto,gilberto,heriberto,norberto,adalberto,rigoberto,berto betty:beatriz "
    "bety:beatriz bobby:roberto cacho:carlos calin:carlos carito:carolina carlita:carla carlitos:carlos "
    "caro:carolina carol:carolina cata:catalina catita:catalina cayo:ricardo ceci:cecilia chabela:isabel "
    "chabelo:isabel chago:santiago chalia:rosalia chalo:gonzalo chano:feliciano,luciano,emiliano "
    "charito:rosario charlie:carlos charly:carlos charo:rosario chava:salvador,isabel chavela:isabel "
    "chavita:salvador chayo:rosario checho:sergio checo:sergio chejo:sergio chelo:consuelo,marcelo "
    "chema:jose chemo:anselmo chencho:lorenzo,inocencio,florencio chente:vicente cheo:jose chepa:josefa "
    "chepe:jose chepina:josefina chila:cecilia chinto:jacinto chita:teresa,rosa chole:soledad "
    "chucho:jesus chus:jesus,jesusa chuy:jesus chuyito:jesus clau:claudia claudi:claudia colacho:nicolas "
    "concha:concepcion conchi:concepcion conchita:concepcion concho:concepcion coque:jorge "
    "cris:cristina,cristian,cristobal cuca:refugio cucho:agustin cuco:refugio cuqui:maria curro:francisco "
    "dani:daniel,daniela danny:daniel dolfo:adolfo,rodolfo dominguito:domingo edu:eduardo "
    "eduardito:eduardo edy:eduardo,edgar elenita:elena eve:evelyn fabi:fabian,fabiola fael:rafael "
    "fede:federico,federica feli:felipe,felicidad felipito:felipe fello:rafael felo:rafael,felix "
    "fer:fernando,fernanda fercho:fernando ferny:fernando fina:josefina fito:adolfo,rodolfo fon:alfonso "
    "foncho:alfonso fonso:alfonso fran:francisco frasco:francisco fredy:alfredo,federico "
    "gabi:gabriel,gabriela gabito:gabriel gabo:gabriel gaby:gabriela gela:angela gelo:angel gena:eugenia "
    "genia:eugenia genito:genaro geno:eugenio gera:gerardo gerar:gerardo gil:gilberto gilo:gilberto "
    "gollo:gregorio gonza:gonzalo gonzo:gonzalo goya:gregoria goyo:gregorio guayo:eduardo guicho:luis "
    "guille:guillermo gus:gustavo gustavito:gustavo hernancho:hernan hortencia:hortensia hugito:hugo "
    "inaki:ignacio isa:isabel,isabella ivanchi:ivan jaimito:jaime jano:alejandro javi:javier "
    "javico:javier javo:javier jesusito:jesus jhony:jonathan,juan jime:jimena jimmy:jaime joaco:joaquin "
    "jonas:jonathan jorgito:jorge josecho:jose joselito:jose joselo:jose juaco:joaquin juancho:juan "
    "juanita:juana juanito:juan keko:sergio kico:federico kike:enrique kiko:francisco,enrique koke:jorge "
    "lalo:eduardo,gerardo,oswaldo leito:leonardo lena:magdalena,elena lencho:lorenzo "
    "leo:leonardo,leonel,leopoldo licha:alicia lico:federico lili:liliana lily:liliana lipe:felipe "
    "lito:angel,manuel lola:dolores loli:dolores lolita:dolores lolo:manuel,dolores lore:lorena "
    "lucha:luisa,lucia luchin:luis lucho:luis luci:lucia luisito:luis lulo:luis lupe:guadalupe "
    "lupillo:guadalupe lupita:guadalupe magda:magdalena maite:maria malena:magdalena malu:maria "
    "manolito:manuel manolo:manuel manu:manuel manuelito:manuel mao:mauricio mari:maria,marina "
    "marica:maria maricarmen:maria mariela:maria marilu:maria mariquita:maria marita:maria,margarita "
    "maritere:maria martincho:martin marto:martin maru:maria,eugenia maruja:maria masho:tomas "
    "mateito:mateo mati:matias mauri:mauricio mauro:mauricio meche:mercedes mechita:mercedes "
    "memito:guillermo memo:guillermo meno:manuel merche:mercedes migue:miguel miguelito:miguel "
    "miguelon:miguel mike:miguel mile:milena mincho:benjamin,benigno minga:dominga mingo:domingo "
    "moi:moises mon:ramon monchito:ramon moncho:ramon mone:ramon moni:monica monis:monica moy:moises "
    "mundo:edmundo,raimundo,segismundo nacha:ignacia nachito:ignacio nacho:ignacio nan:hernan "
    "nando:fernando,hernando nardo:bernardo,leonardo nati:natalia,natividad nelly:elena nena:magdalena "
    "netito:ernesto neto:ernesto nicho:dionisio nico:nicolas nolo:manuel oswal:oswaldo paca:francisca "
    "pachi:patricia,francisco pachita:francisca pacho:francisco paco:francisco pancha:francisca "
    "panchito:francisco pancho:francisco pao:paola,paula paolita:paola paquita:francisca "
    "paquito:francisco pati:patricia patito:patricio pato:patricio patri:patricia,patricio paty:patricia "
    "pau:paula,paulina pedrito:pedro pepa:josefa,josefina pepe:jose pepin:jose pepita:josefa,josefina "
    "pepito:jose perico:pedro peyo:pedro pilarica:pilar pili:pilar pipe:felipe pita:guadalupe "
    "pola:paola,leopoldina polo:leopoldo,apolinario poncho:alfonso popo:rodolfo,adolfo "
    "quico:francisco,enrique quina:joaquina quino:joaquin quique:enrique quiquin:enrique rafa:rafael "
    "rafico:rafael rafita:rafael raulito:raul richi:ricardo ricky:ricardo rober:roberto robert:roberto "
    "robertito:roberto rodo:rodolfo rodolfito:rodolfo rodri:rodrigo rolo:rolando,rodolfo "
    "rosi:rosa,rosario rosita:rosa rulis:raul rulo:raul,rodolfo salva:salvador sandro:alejandro "
    "santi:santiago seba:sebastian sebas:sebastian sole:soledad susi:susana susy:susana tabo:gustavo "
    "tatis:tatiana taty:tatiana tavo:gustavo,octavio tencha:hortensia tente:vicente "
    "teo:mateo,teodoro,teofilo teofi:teofilo tere:teresa teresita:teresa teruca:teresa tete:teresa "
    "tiago:santiago tina:cristina,martina,agustina tincho:martin tinito:agustin "
    "tito:ernesto,alberto,hector,roberto,humberto,augusto tomasito:tomas tomi:tomas tommy:tomas "
    "tona:antonia toni:antonio tonio:antonio tonita:antonia tono:antonio tony:antonio totoy:victor "
    "valdo:oswaldo verito:veronica vero:veronica vicen:vicente vicky:victoria,virginia vico:victor "
    "victorino:victor vito:victor,victorio waldo:oswaldo wil:wilson,wilmer willy:guillermo xavi:xavier "
    "xime:ximena ximenita:ximena yago:santiago yayo:gerardo,eduardo yola:yolanda yoli:yolanda yoyo:jorge "
)

WRITTEN_SHORT: Final = _table(
    "fco:francisco fca:francisca fsco:francisco fcso:francisco frco:francisco "
    "ma:maria mria:maria mra:maria "
    "jse:jose mnl:manuel ml:manuel "
    "ant:antonio anto:antonio antnio:antonio "
    "fdo:fernando fdez:fernandez hdez:hernandez hndez:hernandez gmo:guillermo gllmo:guillermo "
    "glez:gonzalez gzlez:gonzalez gonz:gonzalez rdguez:rodriguez rguez:rodriguez rdez:rodriguez "
    "mtnez:martinez mtez:martinez mtz:martinez mrtz:martinez "
    "lpz:lopez pz:perez prez:perez sz:saenz snchz:sanchez schz:sanchez sanch:sanchez gcia:garcia "
    "dguez:dominguez dmguez:dominguez jmnz:jimenez jmnez:jimenez jimz:jimenez alvz:alvarez alvrz:alvarez "
    "vzquez:vazquez vqz:vasquez vzqz:vazquez gtrez:gutierrez gtz:gutierrez gutz:gutierrez rmz:ramirez "
    "ramz:ramirez nvo:navarro "
    "gpe:guadalupe rdo:ricardo rodgo:rodrigo rdgo:rodrigo rgo:rodrigo dgo:domingo bme:bartolome "
    "alej:alejandro alf:alfredo edo:eduardo eduo:eduardo gdo:gerardo "
    "conc:concepcion cpcion:concepcion jfa:josefa jfina:josefina crist:cristobal xtobal:cristobal "
    "xpto:cristobal "
    "xtina:cristina xav:xavier stgo:santiago sgo:santiago santgo:santiago migl:miguel mgl:miguel "
    "pto:patricio dmgo:domingo vte:vicente vcte:vicente agtin:agustin agstn:agustin bern:bernardo "
    "sta:santa sto:santo nra:nuestra sra:senora"
)

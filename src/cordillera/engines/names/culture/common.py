"""How common names are: given names and surnames by culture, the most common first.

Written by the authors from general knowledge of public statistics; only the order and the size of a group
count. A name on a list tells less than a rare one: agreement in García says little, in Zurbarán much.

>>> commonness("garcia") > commonness("zambrano") > commonness("zurbaran")
True
"""

from typing import Final

from cordillera.engines.names.culture.marks import MARKS, VOWELLESS
from cordillera.engines.names.culture.variants import GROUPS, names_of
from cordillera.engines.names.spelling import skeleton

_HISPANIC_GIVEN: Final = (
    "maria jose luis juan carlos ana manuel jorge francisco antonio miguel pedro rosa jesus david daniel "
    "fernando javier alejandro rafael carmen victor diego andres eduardo ricardo roberto angel cesar marco "
    "segundo alberto mario sergio julio oscar martha marta martin pablo paola patricia sandra gloria luz "
    "carmen elena teresa isabel cristina laura margarita monica veronica diana carolina andrea gabriel "
    "alexander cristian christian wilson william edwin walter john jonathan kevin bryan jefferson byron "
    "fabian gustavo hector hugo ivan julian ramon raul ruben santiago sebastian felipe enrique ernesto "
    "guillermo henry freddy franklin marcelo mauricio nelson "
    "nestor pamela gabriela mercedes blanca julia lucia sofia "
    "silvia susana norma nancy olga ines irma esperanza dolores josefina guadalupe juana alicia beatriz "
    "claudia adriana valeria valentina camila daniela fernanda alejandra natalia mariana marina ximena "
    "yolanda rocio pilar piedad ruth esther raquel rebeca vicente tomas simon samuel salvador rodrigo "
    "rodolfo rolando rogelio rigoberto rene ramiro patricio pascual orlando omar octavio noe nicolas "
    "moises mateo matias leonardo leonel lorenzo joaquin jaime jacinto israel ismael isidro ignacio "
    "humberto horacio homero hernan gonzalo gilberto gerardo german genaro francisca flor felix federico "
    "fausto fabiola esteban ester erika emilio elias efrain edgar domingo darwin dario cristobal consuelo "
    "cesar cecilia bolivar bernardo benjamin bartolome bairon augusto arturo armando anibal angela "
    "alfredo alfonso alvaro alonso agustin adrian adolfo abel abraham wilmer yolanda xavier viviana "
    "virginia vanessa tatiana stalin stefania soledad rosario rosalia rosana rosario ronald richard "
    "jimmy jenny jessica johanna joselyn karen karina katherine leticia liliana lilian lorena lourdes "
    "lucas lucero luisa magdalena marisol maritza mayra mercy mirian myriam narcisa nelly ofelia paulina "
    "petrona rosaura ana graciela griselda hilda inmaculada jacqueline catalina carlota aurora amelia "
    "amparo anita antonia azucena belen brenda cinthia clara delia dora edith elisa elsa elvira emilia "
    "emma estela eugenia eva evelyn fatima osiel joaquin ovidio nemesio ezequiel heriberto eleazar "
    "damian ariel joel josue bruno leandro mauro emiliano emanuel reynaldo ulises valentin uriel alan "
    "aldo alexis dylan gael fidel gina ingrid irene leonor lidia lina lizbeth lisbeth macarena maribel "
    "marisela martina melissa micaela milagros nadia noemi noelia paloma renata rita roxana sabrina "
    "samanta selena sonia tamara tania trinidad vilma wendy yesenia zoila abigail aida alma barbara "
    "brigida carla celeste celia dayana delfina eliana estefania evangelina flavia florencia giovanna "
    "ivonne jazmin josefa julieta ligia luciana margot maximo maximiliano misael marcial thiago "
    "wilfredo oswaldo osvaldo rosalba saul tadeo renato erick elvis jairo jair iker"
    " marcela hernando wilfrido geovanny giovanni leidy yuliana yadira yaneth janeth nathaly nataly melany"
    " damaris nicole kelly heidy paula ramona regina romina rosalinda rosita santos sara sebastiana"
    " serafin silvana silvio simona tobias tulio ursula valeriano valerio vanesa victoriano violeta"
    " walther wilberto wilman winston yamile yamileth yahaira yolima zenaida zulema zulma abelardo"
    " adalberto adan adela adelaida adelina agapito agustina albina albino alcides aldemar alejo alexandra"
    " alina alirio alisson altagracia amado amalia amador ambrosio americo amilcar anabel anahi analia"
    " anastasia anselmo apolinar aquiles araceli arcadio arcesio ariana aristides armida arnaldo arnulfo"
    " arsenio asdrubal asuncion atilio audelino aurelia aurelio aureliano azael baltazar baudilio"
    " belisario benigno benita benito benjamina berenice bernabe bernardino bernarda berta bertha bianca"
    " blas bonifacio braulio brayan calixto candelaria candida candido caridad carmelo casimiro catalino"
    " cayetano ceferino celestino celso cesario chantal cipriano cirilo ciro clarisa claudio clemente"
    " clemencia clementina clodomiro clotilde concepcion conrado constanza constantino cornelio cosme cruz"
    " custodio dagoberto dalia dalila damaso danilo debora delio demetrio denisse deyanira dina dionisia"
    " dionisio dominga donato doris edelmira edelmiro edilberto edilma edmundo eduarda efigenia efren"
    " eladio eleodoro eleuterio eliecer eligio eliseo eloisa eloy elpidio elva emerita emiliana emperatriz"
    " encarnacion enoc epifanio eriberto ermelinda ernestina eudoro eufemia eugenio eulalia eulogio"
    " eusebio eustaquio evangelista evaristo everardo fabricio facundo faustino feliciano felicidad"
    " felicita felisa fermin filemon filiberto filomena florentino florinda fortunato francia fredy"
    " froilan gaspar gastonia gaston georgina gerardina gertrudis gisela gladys godofredo gregoria"
    " gregorio guido gumercindo haydee helena herminia herminio hermenegildo hermes hilario hildebrando"
    " hipolito honorio hortensia hortencia ifigenia ignacia inocencio isaac isaias isaura isidora ivana"
    " ivette jacinta jackeline jael janina jazmina jenifer jeremias jeronimo jessenia jhoanna jhony joana"
    " johan jonas jordan josafat josefino joselito juaquin judith julissa justa justino justo juvenal"
    " karol katerine katty ladislao laureano lauro leopoldina leopoldo leyla lino lizardo loida loreto"
    " lorgia lucila luciano lucio lucrecia ludovico luzmila magali magaly maicol maira malena manuela"
    " marcelino marcelina marcos margoth mariano maricela marilyn marisa maruja mauricia maximina medardo"
    " melania melba melchor melquiades merly mildred milena milton miguelina minerva mireya modesto"
    " monserrate moraima natividad nazario nectario nelida nelva nicanor nicolasa nilda nilo ninfa nixon"
    " norberto norbertina nubia oderay odalis oliva oliverio olimpia onofre orfelina oriana osmar osmel"
    " otilia otto palmira pancracio paquita pascuala pastora paulino paulo perla petra placida placido"
    " porfirio presentacion prospero prudencio purificacion quintin reina reinaldo remigio renan reyes"
    " reynalda ricarda rigoberta romeo romulo roque rosalino rosalva roselia rosendo rubiela rufina rufino"
    " ruperto rutilio sabino salomon salome salvadora sandro sandalio saturnino secundino serafina"
    " severino sigifredo silverio silvestre silvino simeon sixto socorro sofonias tarcisio telmo telesforo"
    " teodora teodoro teofilo teodolinda tiburcio timoteo tito toribio tranquilino ubaldo ulpiano urbano"
    " valentino venancio victorina vidal viterbo wladimir yajaira yamil yomaira zacarias zaida zoraida"
    " yeison yerson estiven duvan brandon"
)
_HISPANIC_FAMILY: Final = (
    "garcia rodriguez gonzalez lopez martinez hernandez perez sanchez ramirez torres flores rivera gomez "
    "diaz reyes morales cruz ortiz gutierrez chavez ramos ruiz alvarez mendoza vasquez castillo jimenez "
    "moreno rojas romero herrera medina aguilar castro vargas guzman mendez fernandez vega munoz soto "
    "delgado contreras silva guerrero rios pena ortega nunez santiago estrada campos sandoval figueroa "
    "cortes avila vera quispe mamani huaman zambrano cedeno macias moreira bravo espinoza espinosa leon "
    "salazar cabrera velasquez velez suarez dominguez acosta molina valencia mora navarro cardenas serrano "
    "franco paredes villacis jaramillo ochoa lara fuentes salinas sepulveda tapia araya carrasco gallardo "
    "henriquez pizarro valdes vergara zuniga alarcon arias arroyo arteaga barrera barrios benitez bermudez "
    "bustamante bustos caceres calderon camacho carrillo cano carvajal cevallos chicaiza choque condori "
    "correa duarte duran escobar galarza gallegos garces guaman guerra hidalgo hurtado ibarra iglesias "
    "intriago juarez loor lozano lucero luna maldonado marin marquez marquina mejia mena merino miranda "
    "montenegro montero montoya moran moscoso naranjo nieto olivares orellana orozco osorio pacheco palacios "
    "palma parra pazmino pino plaza ponce pozo prado quintana quintero quiroz ramon rangel rendon restrepo "
    "reyna rincon rivas rivero robles rosales rosero rubio saavedra salas salgado santana santos sierra "
    "solis solorzano sosa tello toro trujillo urbina uribe urrutia valdez valdivia valenzuela valladares "
    "vallejo vaca vela villa villalba villanueva villegas villamar yanez yepez zamora zapata zavala ayala "
    "andrade aguirre alcivar alvarado andrango apaza arce arellano arevalo baez balderrama ballesteros "
    "barragan becerra beltran blanco borja briones burgos caballero caicedo caiza calle cantos casas "
    "castaneda castellanos cervantes chacon chiriboga coello colon cordero cordova coronel cuenca cueva "
    "davila echeverria enriquez erazo escalante esparza felix galindo gamboa giraldo godoy gordillo granda "
    "grijalva guevara heredia ibanez izquierdo lema leiva mancilla manzano marmolejo matos mercado meza "
    "moncada monge mosquera nava noboa obando ojeda olmedo ordonez padilla paez pardo pasquel patino "
    "pineda polanco portilla proano puga quijije quinonez racines recalde rengifo revelo riofrio rocha "
    "roldan rueda saenz salcedo sarmiento segovia segura tamayo tenorio teran tipan toledo tovar ulloa "
    "vasconez velasco velastegui vinueza zurita guillen cazares zambada niebla gastelum arriola"
    " abad abarca acevedo acuna aguayo aguilera agudelo alanis albornoz alcantara aldana alegria"
    " almeida altamirano alvear amaya ancajima angulo anzola apolo aranda arango aravena arboleda arguello"
    " arguelles arriaga arrieta arrondo arteta astudillo asencio avellaneda aviles avendano balcazar balda"
    " barahona barona barreto barrientos barriga barroso bastidas batista bautista bazan bejarano bello"
    " benalcazar benavente benavides bernal berrio betancourt betancur bolanos bonilla bohorquez borrero"
    " botero bueno buitrago burbano bustillos cajas calvache calvo camargo campo campoverde cantillo"
    " carbajal carbo cardona cardozo carmona carpio carranza carreno carrera carrion cartagena casanova"
    " castano castellano castrillon catalan cerda cerna chamorro chango chavarria chila cifuentes cisneros"
    " clavijo cobo cobos colina collazos concha copa corrales corral cortez cota crespo cuadra cuadros"
    " cuellar cuesta cuevas cusme davalos delacruz delgadillo delvalle duenas echavarria echeverry"
    " elizalde encalada encinas escalona escudero espinel esquivel estrella estupinan fajardo farias"
    " feijoo ferreira ferrer fierro flor florez fonseca forero freire fuentealba fuenzalida galan galeano"
    " gallego gallo galvan galvez garay garrido gavilanes gaviria gil giler giron godinez gonzales goyes"
    " gracia granados grajales granja griffith grisales guapacha guayasamin haro henao heras hermida"
    " herrada hinojosa hinostroza holguin hoyos huaranga huayta huerta huertas illescas inca infante"
    " irigoyen iturralde izurieta jacome jara jarrin jurado lagos laguna landa lazo leal lemus lescano"
    " lezcano limachi linares llanos llerena loaiza lobo loera lomas londono lugo macas madrid"
    " madrigal manrique manriquez mantilla marchan mariscal marroquin mayorga medrano melendez mendieta"
    " mendizabal menendez mera merchan millan minda minaya mina mojica mondragon monroy monsalve montalvo"
    " montano montes montalvan monzon morejon moreta moya mujica murillo muniz narvaez navarrete navas"
    " neira nevarez nolasco novoa ocampo ocana olaya oliva olmos oquendo orantes orejuela oropeza orrala"
    " orta otero oviedo palacio palomino panchana parada parrales pasto patarroyo paucar pazos pedraza"
    " penafiel penaloza peralta perea perdomo piedra pillajo pincay pinto pizango plata polo porras poveda"
    " preciado prieto puente puentes puerta quelal quijano quimi quinde quinteros quishpe quisbert rada"
    " reinoso renteria ricaurte riera riquelme rodas rojano romo rosas ruano rugel saldana saldarriaga"
    " saltos samaniego sanabria sanmartin sanhueza santacruz santamaria santander santillan sarabia serna"
    " sevilla simbana solano soria soriano sotomayor suasnavas tacuri taipe tamariz tejada tejeda tenesaca"
    " tigre tobar toapanta torrealba torrez triana trivino troya tuarez ugarte unda uquillas urquiza urena"
    " usca valarezo valle vallejos valverde vanegas varela velarde venegas verdugo verdezoto vielma"
    " vilca villacres villafuerte villagomez villagran villalobos villamizar villarreal villarroel viteri"
    " vivanco vivas wilches yagual yaguana yanqui yumbo zabala zabaleta zaldivar zambrana zapatero zarate"
    " zavaleta zeballos zegarra zelaya zorrilla zubieta zuluaga zumba zurbano"
)
_ARABIC: Final = (
    "muhammad ahmad ali hasan husayn mahmud ibrahim ismail khalid umar uthman said yusuf mustafa hamid "
    "salih abdullah abdrahman abdaziz abdkarim abdkadir abdkhaliq abdlatif abdmajid abdsalam abdrazzaq "
    "sulayman daud musa isa yahya jamal jamil jafar faisal fatima aisha khadija zaynab maryam nur rashid "
    "karim rahim nasir tariq walid yasin zakariya harun bilal hamza qasim aziz khan shah gul agha akhund "
    "haqqani wali jan din sayf sayfuddin nuruddin jalaluddin kamal kamil malik mansur marwan masud mazin "
    "muhsin munir murad mukhtar nabil nadir naim nizar raid rafiq ridha riyad saad sabri sadiq salah salim "
    "salman sami samir shakir sharif sultan taha tahir talib wasim yasir ziad adil adnan akram amin amir "
    "anwar ashraf atif ayman aymen badr bashir basim fadil fahd farid faruq fawaz fuad ghassan habib hadi "
    "haidar haitham hakim hani hashim hatim hisham husni ihsan imad iqbal issam jabir jawad luay majid "
    "tikriti duri masri iraqi libi tunisi sudani maghribi shami baghdadi janabi dulaimi jaburi harbi qahtani "
    "ghamdi zahrani otaibi shammari hussaini musawi hashimi ansari abubakr abu hussain raza hussaini haji "
    "reza mohsen hossein ahmadi mohammadi hosseini karimi rezaei moradi jafari sadeghi ebrahimi mousavi "
    "akbar asghar abbas mehdi hamidi rahimi rahmani hashemi soleimani amiri zahra leila khalil jibril idris"
)
_SLAVIC: Final = (
    "aleksandr sergei vladimir dmitri aleksei andrei nikolai mikhail ivan yevgeny viktor yuri vasily pavel "
    "oleg igor anatoly konstantin roman denis maksim ilya boris petr stanislav vitaly grigory leonid valery "
    "vyacheslav gennady natalya tatyana elena olga svetlana irina anna maria ekaterina ludmila galina "
    "valentina nina oksana marina yulia vera nadezhda lyubov ivanov smirnov kuznetsov popov vasilyev petrov "
    "sokolov mikhailov novikov fedorov morozov volkov alekseyev lebedev semyonov yegorov pavlov kozlov "
    "stepanov nikolayev orlov andreyev makarov nikitin zakharov shevchenko bondarenko kovalenko kravchenko "
    "tkachenko melnik bojko kovalchuk milan dragan slobodan zoran goran jovan petar nikola marko stefan "
    "jovanovic petrovic nikolic markovic ilic djordjevic nowak kowalski wisniewski piotr krzysztof andrzej "
    "novak svoboda novotny dvorak nagy kovacs toth szabo horvath pop ion popa ionescu georgescu"
)
_EAST_ASIAN: Final = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song "
    "tang han feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren "
    "shen yao lei fan fang shi tan liao zou xiong jin lu hao kong bai cui kang mao qiu qin gu hou shao meng "
    "long wan duan qian tang yin li chang qiao lai gong wen jun ming hong xiaoming jian hui min lan ping "
    "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu jeon hong ko moon "
    "yang son bae baek pak ri jong chol yong song il nam chun hyok ho sun guk myong chong sok su hun min "
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ngo duong thi van duc minh anh hung dung tuan "
    "sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki "
    "yamaguchi matsumoto inoue kimura hayashi shimizu hiroshi takashi kenji akira aung min thein maung "
    "htun tun myint kyaw win than zaw khin thu hla soe naing oo san htay lwin moe"
)
_WESTERN: Final = (
    "john james robert michael william david richard joseph thomas charles christopher daniel matthew "
    "anthony mark donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason "
    "jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel "
    "gregory frank alexander raymond patrick jack dennis jerry peter mary patricia jennifer linda elizabeth "
    "barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley dorothy kimberly emily donna "
    "michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen helen amy shirley "
    "angela anna brenda pamela nicole ruth katherine samantha christine emma catherine virginia debra rachel "
    "janet maria heather diane julie joyce victoria kelly christina joan evelyn lauren judith olivia frances "
    "martha cheryl megan andrea hannah jacqueline smith johnson williams brown jones miller davis wilson "
    "anderson taylor thomas moore jackson lee white harris thompson clark lewis robinson walker young allen "
    "king wright scott hill green adams nelson baker hall campbell mitchell carter roberts phillips evans "
    "turner parker collins edwards stewart morris murphy cook rogers morgan cooper peterson bailey reed "
    "kelly howard cox ward richardson watson brooks wood bennett gray hughes price myers long foster sanders "
    "ross jan johannes cornelis hendrik willem pieter gerrit maria anna jansen dejong devries vandenberg "
    "bakker visser smit meijer mulder debruijn peters hans klaus wolfgang thomas andreas stefan peter "
    "mueller "
    "schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch richter klein wolf schroeder "
    "pierre jean michel philippe alain martin bernard dubois durand moreau laurent simon michel lefebvre "
    "giuseppe giovanni antonio mario luigi francesco angelo rossi russo ferrari esposito bianchi romano "
    "silva santos oliveira souza lima pereira ferreira alves ribeiro rodrigues costa gomes martins joao "
    "jose antonio paulo pedro luiz marcos francisca ana lucas moura teixeira carvalho barbosa cardoso nunes "
    "freitas vieira monteiro moreira araujo correia dias lopes fernandes "
    "goncalves rocha pinto larsen hansen johansen olsen andersen nilsson "
    "eriksson karlsson svensson johansson nielsen jensen pedersen christensen papadopoulos nikos giorgos"
)
_ENGLISH_MEN: Final = (
    "james michael robert john david william richard joseph thomas christopher charles daniel matthew "
    "anthony mark steven donald andrew joshua paul kenneth kevin brian timothy ronald jason george edward "
    "jeffrey ryan jacob nicholas gary eric jonathan stephen larry justin scott brandon benjamin samuel "
    "gregory alexander patrick frank raymond jack dennis jerry tyler aaron jose adam nathan henry zachary "
    "douglas peter kyle noah ethan jeremy christian walter keith austin roger terry sean gerald carl "
    "dylan harold jordan jesse bryan lawrence arthur gabriel bruce logan billy joe alan juan elijah "
    "willie albert wayne randy mason vincent liam roy bobby caleb bradley russell lucas philip eugene "
    "ralph louis harry craig curtis derek shane joel travis marcus todd neil glenn troy martin oliver "
    "simon graham stuart ian colin trevor nigel hugh luke isaac connor seth evan cody brett dale norman "
    "leonard stanley howard clarence theodore gilbert jay ray lee max felix leo oscar hugo victor edwin "
    "dean ross grant warren"
)
_ENGLISH_WOMEN: Final = (
    "mary patricia jennifer linda elizabeth barbara susan jessica karen sarah lisa nancy sandra betty "
    "ashley emily kimberly margaret donna michelle carol amanda melissa deborah stephanie rebecca sharon "
    "laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine "
    "christine debra rachel carolyn janet maria olivia heather helen catherine diane julie victoria joyce "
    "lauren kelly christina ruth joan virginia judith evelyn hannah andrea megan cheryl jacqueline "
    "madison teresa abigail sophia martha sara gloria janice kathryn ann isabella judy charlotte julia "
    "grace amber alice jean denise frances danielle marilyn natalie beverly diana brittany theresa kayla "
    "alexis doris lori tiffany eva anne jane claire lucy chloe molly ellen tracy wendy dawn tina sally "
    "sheila maureen gillian fiona nina naomi leah eleanor violet hazel stella ella zoe sonia monica bella "
    "erin holly crystal dana robin melanie vanessa valerie caroline audrey marie josephine"
)
_SOUTH_ASIAN: Final = (
    "kumar singh sharma patel ram devi lal shah gupta verma yadav das roy khan ahmed ali hussain bibi begum "
    "khatun islam hossain rahman uddin akter chowdhury mishra jha joshi rao reddy nair iyer pillai menon "
    "raj ravi sunil anil sanjay vijay rajesh amit suresh ramesh mukesh santosh deepak sita gita sunita "
    "anita fernando perera silva bandara mendis juan santos reyes cruz bautista ocampo garcia mendoza "
    "naik nayak desai patil kulkarni jain agarwal chatterjee banerjee mukherjee sen ghosh bose dutta "
    "mohan krishna lakshmi arjun vikram ashok prakash manoj pradeep dinesh rakesh rahul priya kavita "
    "meena usha asha "
    "santoso wijaya suharto abdul agus siti nur dewi sri budi muhammad"
)
GIVEN_HISPANIC: Final = frozenset(_HISPANIC_GIVEN.split())
FAMILY_HISPANIC: Final = frozenset(_HISPANIC_FAMILY.split())
ARABIC: Final = frozenset(_ARABIC.split())

# The share of people whose name holds the first name of a group, among all people the house meets.
_TOP_SHARE: Final = 0.012
_HALF_RANK: Final = 12.0
UNSEEN: Final = 2.0**-13
_RAREST_WITHOUT_VOWELS: Final = 2.0**-9


_CULTURES: Final = (
    _HISPANIC_GIVEN, _HISPANIC_FAMILY, _ARABIC, _SLAVIC, _EAST_ASIAN, _WESTERN, _SOUTH_ASIAN,
)  # fmt: skip
_ENGLISH: Final = (_ENGLISH_MEN, _ENGLISH_WOMEN)


def _shares(*groups: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for group in groups:
        for rank, name in enumerate(dict.fromkeys(group.split())):
            share = max(_TOP_SHARE / (1.0 + rank / _HALF_RANK), 2 * UNSEEN)
            found[name] = max(found.get(name, 0.0), share)
    for group in GROUPS:
        forms = group.split()
        known = max(found.get(form, 0.0) for form in forms)
        found.update({form: max(known, found.get(form, 0.0)) for form in forms if known})
    return found


def _shares_of_bones() -> dict[str, float]:
    found: dict[str, float] = {}
    for name, share in _SHARES.items():
        found[skeleton(name)] = max(found.get(skeleton(name), 0.0), share)
    return found


_SHARES: Final = _shares(*_CULTURES, *_ENGLISH)
_NAMES_OF_THEIR_OWN: Final = frozenset(_shares(*_CULTURES))  # the English ones tell only how common they are
_OF_BONES: Final = _shares_of_bones()


def commonness(word: str) -> float:
    """Return the share of people, of all cultures together, whose name holds this normalised word.

    A word without vowels may be any name with its consonants: it is never rare.
    """
    bare = word.rstrip(MARKS)
    if VOWELLESS in word:
        return max(_OF_BONES.get(skeleton(bare), UNSEEN), _RAREST_WITHOUT_VOWELS)
    return _SHARES.get(bare, UNSEEN)


def is_given(word: str) -> bool:
    """Tell a Hispanic given name, or a form of a given name that several languages have."""
    return word in GIVEN_HISPANIC or (bool(names_of(word)) and word not in FAMILY_HISPANIC)


def is_common(word: str) -> bool:
    """Tell whether a word stands on one of the lists of common names."""
    return word in _NAMES_OF_THEIR_OWN

"""Where airports lie: IATA code, city, country and degrees, for the map of an itinerary.

A small table of our own, to two decimals of a degree (about a kilometre), of public facts: the airports of
the countries whose agreements are shipped, and those that flights to them come from. A code that is not in
it has no place; nobody guesses one.

>>> place_of("UIO")
Place(code='UIO', city='Quito', country='EC', lat=-0.13, lon=-78.36)
>>> place_of("ZZZ") is None
True
"""

from functools import cache
from typing import Final

import msgspec


class Place(msgspec.Struct, frozen=True):
    """An airport: degrees north and east."""

    code: str
    city: str
    country: str
    lat: float
    lon: float


def place_of(code: str) -> Place | None:
    """Return where an airport lies, or None when it is not in the table."""
    return _places().get(code.strip().upper())


def town_of(code: str) -> str:
    """Return the country and town of an airport, or "" when it is not in the table.

    >>> town_of("LGW"), town_of("ZZZ")
    ('GB/London', '')
    """
    place = place_of(code)
    return "" if place is None else f"{place.country}/{place.city}"


@cache
def _places() -> dict[str, Place]:
    found = {}
    for line in _AIRPORTS.replace("\n    ", " ").strip().splitlines():
        country, airports = line.split(": ", 1)
        for airport in airports.split("; "):
            code, lat, lon, city = airport.split(" ", 3)
            found[code] = Place(code, city, country, float(lat), float(lon))
    return found


_AIRPORTS: Final = """
EC: UIO -0.13 -78.36 Quito; GYE -2.16 -79.88 Guayaquil; MEC -0.95 -80.68 Manta; CUE -2.89 -78.98
    Cuenca; ESM 0.98 -79.63 Esmeraldas; LOH -4.00 -79.37 Loja; SNC -2.20 -80.99 Salinas; OCC -0.46
    -76.99 Coca; LTX -0.91 -78.62 Latacunga; XMS -2.30 -78.12 Macas; TPN -0.78 -75.53 Tiputini; MCH
    -3.27 -79.96 Machala; GPS -0.45 -90.27 Baltra; SCY -0.91 -89.62 San Cristóbal; IBB -0.94 -90.95
    Isabela; TUA 0.81 -77.71 Tulcán; LGQ 0.09 -76.87 Lago Agrio
US: JFK 40.64 -73.78 New York; EWR 40.69 -74.17 Newark; LGA 40.78 -73.87 New York; IAD 38.94 -77.46
    Washington; DCA 38.85 -77.04 Washington; BWI 39.18 -76.67 Baltimore; MIA 25.79 -80.29 Miami; FLL
    26.07 -80.15 Fort Lauderdale; MCO 28.43 -81.31 Orlando; TPA 27.98 -82.53 Tampa; ATL 33.64 -84.43
    Atlanta; BOS 42.36 -71.01 Boston; PHL 39.87 -75.24 Philadelphia; CLT 35.21 -80.94 Charlotte; DTW
    42.21 -83.35 Detroit; RDU 35.88 -78.79 Raleigh; ORD 41.98 -87.90 Chicago; MDW 41.79 -87.75 Chicago;
    DFW 32.90 -97.04 Dallas; DAL 32.85 -96.85 Dallas; IAH 29.98 -95.34 Houston; HOU 29.65 -95.28
    Houston; AUS 30.19 -97.67 Austin; SAT 29.53 -98.47 San Antonio; MSP 44.88 -93.22 Minneapolis; STL
    38.75 -90.37 St. Louis; BNA 36.12 -86.68 Nashville; MSY 29.99 -90.26 New Orleans; MEM 35.04 -89.98
    Memphis; CVG 39.05 -84.66 Cincinnati; SDF 38.17 -85.74 Louisville; CLE 41.41 -81.85 Cleveland; PIT
    40.49 -80.23 Pittsburgh; IND 39.72 -86.29 Indianapolis; CMH 40.00 -82.89 Columbus; MCI 39.30 -94.71
    Kansas City; DEN 39.86 -104.67 Denver; SLC 40.79 -111.98 Salt Lake City; PHX 33.43 -112.01 Phoenix;
    LAS 36.08 -115.15 Las Vegas; LAX 33.94 -118.41 Los Angeles; SFO 37.62 -122.38 San Francisco; OAK
    37.72 -122.22 Oakland; SJC 37.36 -121.93 San Jose; SAN 32.73 -117.19 San Diego; SEA 47.45 -122.31
    Seattle; PDX 45.59 -122.60 Portland; ANC 61.17 -150.00 Anchorage; HNL 21.32 -157.92 Honolulu; OGG
    20.90 -156.43 Kahului; SJU 18.44 -66.00 San Juan; GUM 13.48 144.80 Guam; STT 18.34 -64.97 St.
    Thomas; JAX 30.49 -81.69 Jacksonville; RSW 26.54 -81.76 Fort Myers; PBI 26.68 -80.10 West Palm
    Beach; SMF 38.70 -121.59 Sacramento; SNA 33.68 -117.87 Santa Ana; ABQ 35.04 -106.61 Albuquerque;
    TUS 32.12 -110.94 Tucson; ELP 31.81 -106.38 El Paso; BUF 42.94 -78.73 Buffalo; KOA 19.74 -156.05
    Kailua-Kona; LIH 21.98 -159.34 Lihue; ITO 19.72 -155.05 Hilo
CL: SCL -33.39 -70.79 Santiago; IQQ -20.54 -70.18 Iquique; ANF -23.44 -70.45 Antofagasta; CCP -36.77
    -73.06 Concepción; PMC -41.44 -73.09 Puerto Montt; PUQ -53.00 -70.85 Punta Arenas; ARI -18.35
    -70.34 Arica; CJC -22.50 -68.90 Calama; LSC -29.92 -71.20 La Serena; ZCO -38.93 -72.65 Temuco; IPC
    -27.16 -109.42 Isla de Pascua; BBA -45.92 -71.69 Balmaceda; CPO -27.26 -70.78 Copiapó
PE: LIM -12.02 -77.11 Lima; CUZ -13.54 -71.94 Cusco; AQP -16.34 -71.57 Arequipa; TRU -8.08 -79.11
    Trujillo; PIU -5.21 -80.62 Piura; IQT -3.78 -73.31 Iquitos; TCQ -18.05 -70.28 Tacna; CIX -6.79
    -79.83 Chiclayo; JUL -15.47 -70.16 Juliaca; PCL -8.38 -74.57 Pucallpa; TPP -6.51 -76.37 Tarapoto;
    TBP -3.55 -80.38 Tumbes; PEM -12.61 -69.23 Puerto Maldonado
BE: BRU 50.90 4.48 Bruxelles; CRL 50.46 4.45 Charleroi; LGG 50.64 5.44 Liège; ANR 51.19 4.46 Antwerpen;
    OST 51.20 2.86 Oostende
NL: AMS 52.31 4.76 Amsterdam; RTM 51.96 4.44 Rotterdam; EIN 51.45 5.37 Eindhoven; MST 50.91 5.77
    Maastricht; GRQ 53.12 6.58 Groningen; CUR 12.19 -68.96 Willemstad; AUA 12.50 -70.02 Oranjestad; BON
    12.13 -68.27 Kralendijk; SXM 18.04 -63.11 Sint Maarten
CO: BOG 4.70 -74.15 Bogotá; MDE 6.16 -75.42 Medellín; CLO 3.54 -76.38 Cali; CTG 10.44 -75.51 Cartagena;
    BAQ 10.89 -74.78 Barranquilla; PEI 4.81 -75.74 Pereira; SMR 11.12 -74.23 Santa Marta; ADZ 12.58
    -81.71 San Andrés; CUC 7.93 -72.51 Cúcuta; BGA 7.13 -73.18 Bucaramanga; AXM 4.45 -75.77 Armenia;
    IPI 0.86 -77.67 Ipiales; PSO 1.40 -77.29 Pasto
PA: PTY 9.07 -79.38 Panamá
MX: MEX 19.44 -99.07 México; NLU 19.75 -99.02 México; GDL 20.52 -103.31 Guadalajara; MTY 25.78 -100.11
    Monterrey; CUN 21.04 -86.87 Cancún; TIJ 32.54 -116.97 Tijuana; SJD 23.15 -109.72 San José del Cabo;
    PVR 20.68 -105.25 Puerto Vallarta
GT: GUA 14.58 -90.53 Guatemala
SV: SAL 13.44 -89.06 San Salvador
HN: TGU 14.06 -87.22 Tegucigalpa; XPL 14.38 -87.62 Comayagua; SAP 15.45 -87.92 San Pedro Sula
NI: MGA 12.14 -86.17 Managua
CR: SJO 9.99 -84.21 San José; LIR 10.59 -85.54 Liberia
BZ: BZE 17.54 -88.31 Belize City
CU: HAV 22.99 -82.41 La Habana; VRA 23.03 -81.44 Varadero
JM: KIN 17.94 -76.79 Kingston; MBJ 18.50 -77.91 Montego Bay
BS: NAS 25.04 -77.47 Nassau
BM: BDA 32.36 -64.68 Bermuda
HT: PAP 18.58 -72.29 Port-au-Prince
DO: SDQ 18.43 -69.67 Santo Domingo; PUJ 18.57 -68.36 Punta Cana; STI 19.41 -70.60 Santiago de los
    Caballeros
BB: BGI 13.07 -59.49 Bridgetown
TT: POS 10.60 -61.34 Port of Spain
MQ: FDF 14.59 -61.00 Fort-de-France
GP: PTP 16.27 -61.53 Pointe-à-Pitre
GY: GEO 6.50 -58.25 Georgetown
SR: PBM 5.45 -55.19 Paramaribo
GF: CAY 4.82 -52.36 Cayenne
VE: CCS 10.60 -66.99 Caracas; MAR 10.56 -71.73 Maracaibo; VLN 10.15 -67.93 Valencia
BR: GRU -23.43 -46.47 São Paulo; VCP -23.01 -47.13 Campinas; CGH -23.63 -46.66 São Paulo; GIG -22.81
    -43.25 Rio de Janeiro; BSB -15.87 -47.92 Brasília; CNF -19.62 -43.97 Belo Horizonte; SSA -12.91
    -38.33 Salvador; REC -8.13 -34.92 Recife; FOR -3.78 -38.53 Fortaleza; POA -29.99 -51.17 Porto
    Alegre; MAO -3.04 -60.05 Manaus; BEL -1.38 -48.48 Belém
AR: EZE -34.82 -58.54 Buenos Aires; AEP -34.56 -58.42 Buenos Aires; COR -31.31 -64.21 Córdoba; MDZ
    -32.83 -68.79 Mendoza; ROS -32.90 -60.79 Rosario; USH -54.84 -68.30 Ushuaia; BRC -41.15 -71.16
    Bariloche
UY: MVD -34.84 -56.03 Montevideo
PY: ASU -25.24 -57.52 Asunción
BO: LPB -16.51 -68.19 La Paz; VVI -17.64 -63.14 Santa Cruz; CBB -17.42 -66.18 Cochabamba
CA: YYZ 43.68 -79.63 Toronto; YUL 45.47 -73.74 Montréal; YVR 49.19 -123.18 Vancouver; YYC 51.11 -114.02
    Calgary; YOW 45.32 -75.67 Ottawa; YHZ 44.88 -63.51 Halifax; YEG 53.31 -113.58 Edmonton; YWG 49.91
    -97.24 Winnipeg
ES: MAD 40.47 -3.56 Madrid; BCN 41.30 2.08 Barcelona; AGP 36.67 -4.50 Málaga; PMI 39.55 2.74 Palma; VLC
    39.49 -0.48 Valencia; SVQ 37.42 -5.89 Sevilla; BIO 43.30 -2.91 Bilbao; LPA 27.93 -15.39 Las Palmas;
    TFS 28.04 -16.57 Tenerife; TFN 28.48 -16.34 Tenerife
PT: LIS 38.77 -9.13 Lisboa; OPO 41.24 -8.68 Porto; PDL 37.74 -25.70 Ponta Delgada
FR: CDG 49.01 2.55 Paris; ORY 48.72 2.38 Paris; NCE 43.66 7.22 Nice; LYS 45.73 5.09 Lyon; MRS 43.44
    5.22 Marseille; TLS 43.63 1.37 Toulouse
GB: LHR 51.47 -0.46 London; LGW 51.15 -0.18 London; STN 51.89 0.24 London; LTN 51.87 -0.37 London; LCY
    51.51 0.06 London; MAN 53.35 -2.28 Manchester; EDI 55.95 -3.37 Edinburgh; BHX 52.45 -1.75
    Birmingham; GLA 55.87 -4.43 Glasgow
IE: DUB 53.42 -6.27 Dublin; SNN 52.70 -8.92 Shannon
IS: KEF 63.99 -22.61 Keflavík
DE: FRA 50.03 8.56 Frankfurt; MUC 48.35 11.79 München; BER 52.36 13.50 Berlin; DUS 51.29 6.77
    Düsseldorf; HAM 53.63 9.99 Hamburg; CGN 50.87 7.14 Köln; STR 48.69 9.22 Stuttgart
CH: ZRH 47.46 8.55 Zürich; GVA 46.24 6.11 Genève; BSL 47.59 7.53 Basel
AT: VIE 48.11 16.57 Wien
IT: FCO 41.80 12.24 Roma; MXP 45.63 8.72 Milano; LIN 45.45 9.28 Milano; BGY 45.67 9.70 Bergamo; VCE
    45.51 12.35 Venezia; NAP 40.88 14.29 Napoli
LU: LUX 49.63 6.21 Luxembourg
DK: CPH 55.62 12.66 København
SE: ARN 59.65 17.92 Stockholm; GOT 57.66 12.28 Göteborg
NO: OSL 60.19 11.10 Oslo; BGO 60.29 5.22 Bergen
FI: HEL 60.32 24.96 Helsinki
EE: TLL 59.41 24.83 Tallinn
LV: RIX 56.92 23.97 Rīga
LT: VNO 54.63 25.29 Vilnius
PL: WAW 52.17 20.97 Warszawa; KRK 50.08 19.78 Kraków
CZ: PRG 50.10 14.26 Praha
HU: BUD 47.44 19.26 Budapest
SK: BTS 48.17 17.21 Bratislava
RO: OTP 44.57 26.09 București
BG: SOF 42.70 23.41 Sofia
RS: BEG 44.82 20.31 Beograd
HR: ZAG 45.74 16.07 Zagreb
SI: LJU 46.22 14.46 Ljubljana
AL: TIA 41.41 19.72 Tirana
GR: ATH 37.94 23.94 Athína; SKG 40.52 22.97 Thessaloníki
TR: IST 41.28 28.75 İstanbul; SAW 40.90 29.31 İstanbul; ESB 40.13 32.99 Ankara; AYT 36.90 30.80 Antalya
CY: LCA 34.88 33.63 Larnaca
MT: MLA 35.86 14.48 Malta
UA: KBP 50.35 30.89 Kyiv
RU: SVO 55.97 37.41 Moskva; DME 55.41 37.91 Moskva; VKO 55.59 37.26 Moskva; LED 59.80 30.26 Sankt-
    Peterburg; VVO 43.40 132.15 Vladivostok
BY: MSQ 53.88 28.03 Minsk
IL: TLV 32.01 34.89 Tel Aviv
JO: AMM 31.72 35.99 Amman
LB: BEY 33.82 35.49 Beirut
AE: DXB 25.25 55.36 Dubai; DWC 24.90 55.16 Dubai; AUH 24.43 54.65 Abu Dhabi; SHJ 25.33 55.52 Sharjah
QA: DOH 25.27 51.61 Doha
BH: BAH 26.27 50.63 Bahrain
KW: KWI 29.23 47.97 Kuwait
SA: RUH 24.96 46.70 Riyadh; JED 21.68 39.16 Jeddah; DMM 26.47 49.80 Dammam
OM: MCT 23.59 58.28 Muscat
IR: IKA 35.42 51.15 Tehran
IQ: BGW 33.26 44.23 Baghdad
EG: CAI 30.12 31.41 Cairo
MA: CMN 33.37 -7.59 Casablanca; RAK 31.61 -8.04 Marrakech
DZ: ALG 36.69 3.22 Alger
TN: TUN 36.85 10.23 Tunis
NG: LOS 6.58 3.32 Lagos; ABV 9.01 7.26 Abuja
GH: ACC 5.61 -0.17 Accra
CI: ABJ 5.26 -3.93 Abidjan
SN: DSS 14.67 -17.07 Dakar
CV: SID 16.74 -22.95 Sal; RAI 14.92 -23.49 Praia
ET: ADD 8.98 38.80 Addis Ababa
KE: NBO -1.32 36.93 Nairobi
UG: EBB 0.04 32.44 Entebbe
RW: KGL -1.97 30.14 Kigali
TZ: DAR -6.88 39.20 Dar es Salaam
ZA: JNB -26.14 28.25 Johannesburg; CPT -33.97 18.60 Cape Town; DUR -29.61 31.12 Durban
ZW: HRE -17.93 31.09 Harare
ZM: LUN -15.33 28.45 Lusaka
NA: WDH -22.48 17.47 Windhoek
AO: LAD -8.86 13.23 Luanda
CD: FIH -4.39 15.44 Kinshasa
MZ: MPM -25.92 32.57 Maputo
MU: MRU -20.43 57.68 Mauritius
SC: SEZ -4.67 55.52 Mahé
SD: KRT 15.59 32.55 Khartoum
IN: DEL 28.57 77.10 Delhi; BOM 19.09 72.87 Mumbai; MAA 12.99 80.17 Chennai; BLR 13.20 77.71 Bengaluru;
    HYD 17.24 78.43 Hyderabad; CCU 22.65 88.45 Kolkata
LK: CMB 7.18 79.88 Colombo
BD: DAC 23.84 90.40 Dhaka
NP: KTM 27.70 85.36 Kathmandu
PK: KHI 24.91 67.16 Karachi; LHE 31.52 74.40 Lahore; ISB 33.55 72.83 Islamabad
AF: KBL 34.57 69.21 Kabul
UZ: TAS 41.26 69.28 Tashkent
KZ: ALA 43.35 77.04 Almaty; NQZ 51.02 71.47 Astana
AZ: GYD 40.47 50.05 Baku
GE: TBS 41.67 44.95 Tbilisi
AM: EVN 40.15 44.40 Yerevan
CN: PEK 40.08 116.58 Beijing; PKX 39.51 116.41 Beijing; PVG 31.14 121.81 Shanghai; SHA 31.20 121.34
    Shanghai; CAN 23.39 113.30 Guangzhou; SZX 22.64 113.81 Shenzhen; CTU 30.58 103.95 Chengdu; XIY
    34.44 108.75 Xi'an; KMG 25.10 102.93 Kunming
HK: HKG 22.31 113.91 Hong Kong
TW: TPE 25.08 121.23 Taipei
KR: ICN 37.46 126.44 Seoul; GMP 37.56 126.79 Seoul; PUS 35.18 128.94 Busan
JP: NRT 35.77 140.39 Tokyo; HND 35.55 139.78 Tokyo; KIX 34.43 135.24 Osaka; NGO 34.86 136.81 Nagoya;
    CTS 42.78 141.69 Sapporo; FUK 33.59 130.45 Fukuoka
PH: MNL 14.51 121.02 Manila; CEB 10.31 123.98 Cebu
VN: SGN 10.82 106.65 Ho Chi Minh City; HAN 21.22 105.81 Hanoi
TH: BKK 13.69 100.75 Bangkok; DMK 13.91 100.61 Bangkok; HKT 8.11 98.31 Phuket
MY: KUL 2.75 101.71 Kuala Lumpur; PEN 5.30 100.28 Penang
SG: SIN 1.36 103.99 Singapore
ID: CGK -6.13 106.66 Jakarta; DPS -8.75 115.17 Denpasar
MM: RGN 16.91 96.13 Yangon
AU: SYD -33.95 151.18 Sydney; MEL -37.67 144.84 Melbourne; BNE -27.38 153.12 Brisbane; PER -31.94
    115.97 Perth; ADL -34.95 138.53 Adelaide; CBR -35.31 149.20 Canberra; CNS -16.89 145.76 Cairns; OOL
    -28.16 153.50 Gold Coast; DRW -12.41 130.88 Darwin; HBA -42.84 147.51 Hobart
NZ: AKL -37.01 174.79 Auckland; CHC -43.49 172.53 Christchurch; WLG -41.33 174.81 Wellington; ZQN -45.02
    168.74 Queenstown; CHT -43.81 -176.46 Waitangi
NF: NLK -29.04 167.94 Kingston
FJ: NAN -17.76 177.44 Nadi; SUV -18.04 178.56 Suva
PF: PPT -17.55 -149.61 Papeete; BOB -16.44 -151.75 Bora Bora; NHV -8.80 -140.23 Nuku Hiva; GMR -23.08
    -134.89 Rikitea
WS: APW -13.83 -172.01 Apia
AS: PPG -14.33 -170.71 Pago Pago
TO: TBU -21.24 -175.15 Nuku'alofa; VAV -18.59 -173.96 Neiafu
PG: POM -9.44 147.22 Port Moresby; BUA -5.42 154.67 Buka
NC: NOU -22.01 166.21 Nouméa
VU: VLI -17.70 168.32 Port Vila
SB: HIR -9.43 160.05 Honiara
CK: RAR -21.20 -159.81 Avarua
NU: IUE -19.08 -169.93 Alofi
WF: WLS -13.24 -176.20 Mata-Utu
TV: FUN -8.53 179.20 Funafuti
NR: INU -0.55 166.92 Yaren
KI: TRW 1.38 173.15 Tarawa; CXI 1.99 -157.35 Kiritimati
MH: MAJ 7.06 171.27 Majuro; KWA 8.72 167.73 Kwajalein
FM: PNI 6.99 158.21 Kolonia; KSA 5.36 162.96 Tofol; TKK 7.46 151.84 Weno; YAP 9.50 138.08 Colonia
PW: ROR 7.37 134.54 Koror
MP: SPN 15.12 145.73 Saipan
"""

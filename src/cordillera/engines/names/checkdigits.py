"""Check digits of identity, tax, vessel and account numbers: whether a number agrees with itself.

Each function takes the letters and digits of a number (no separators, capitals) of the right shape and
tells whether its check digits hold. What none of them can tell is whether the number was ever given out.

Sources: Ecuador, Registro Civil (modulus 10) and SRI (modulus 11); Chile, D.L. 3 (RUT, modulus 11 with K);
Peru, RENIEC and SUNAT (modulus 11); Brazil, Receita Federal (CPF, CNPJ); Argentina, AFIP (CUIT); Colombia,
DIAN (NIT); Mexico, RENAPO (CURP) and SAT (RFC); Netherlands (BSN, eleven test); Belgium (modulus 97); IMO
Resolution A.1117(30); ISO 17442 and ISO 7064 (LEI), ISO 13616 (IBAN), ISO 6346 (container), ICAO Doc 9303-3.

>>> cedula_ec("1710034065"), rut_cl("12345678K"), imo("9074729")
(True, False, True)
"""

from collections.abc import Iterable, Sequence
from typing import Final

_PROVINCES: Final = (*range(1, 25), 30)
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CURP_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_RFC_ALPHABET: Final = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
_DNI_SERIES: Final = ("6", "7", "8", "9", "0", "1", "1", "2", "3", "4", "5")
_DNI_LETTERS: Final = ("K", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J")


def luhn(digits: str) -> bool:
    """Tell whether a number holds by the Luhn formula (ISO/IEC 7812-1, annex B)."""
    doubled = (int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def cedula_ec(number: str) -> bool:
    """Ecuador, cédula of ten digits: province 01-24 or 30, third digit of a person, modulus 10."""
    return int(number[:2]) in _PROVINCES and number[2] < "6" and luhn(number)


def ruc_ec(number: str) -> bool:
    """Ecuador, RUC of thirteen digits: of a person (cédula and branch), a public body, or a company."""
    if int(number[:2]) not in _PROVINCES:
        return False
    if number[2] == "6":
        return number[9:] != "0000" and _eleven(number[:8], (3, 2, 7, 6, 5, 4, 3, 2)) == number[8]
    if number[10:] == "000":
        return False
    if number[2] == "9":
        return _eleven(number[:9], (4, 3, 2, 7, 6, 5, 4, 3, 2)) == number[9]
    return cedula_ec(number[:10])


def rut_cl(number: str) -> bool:
    """Chile, RUT or RUN: seven or eight digits and a check sign of modulus 11 (10 is K)."""
    body, sign = number[:-1], number[-1]
    return _remainder(body, _cycle(len(body), 2, 7), 11, {11: "0", 10: "K"}) == sign


def dni_pe(number: str) -> bool:
    """Peru, DNI of eight digits with its check sign, a digit or the letter of the same place."""
    place = (11 - _sum(number[:8], (3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return number[8] in {_DNI_SERIES[place], _DNI_LETTERS[place]}


def ruc_pe(number: str) -> bool:
    """Peru, RUC of eleven digits: 10, 15, 16, 17 (persons) or 20 (companies), modulus 11."""
    sign = (11 - _sum(number[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 10
    return number[:2] in {"10", "15", "16", "17", "20"} and str(sign) == number[10]


def cpf_br(number: str) -> bool:
    """Brazil, CPF of eleven digits, two of them check digits."""
    if len(set(number)) == 1:
        return False
    first = _brazil(number[:9], range(10, 1, -1))
    return number[9:] == first + _brazil(number[:9] + first, range(11, 1, -1))


def cnpj_br(number: str) -> bool:
    """Brazil, CNPJ of fourteen signs (letters are allowed from 2026 on), two of them check digits."""
    if len(set(number)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    first = _brazil(number[:12], weights[1:])
    return number[12:] == first + _brazil(number[:12] + first, weights)


def cuit_ar(number: str) -> bool:
    """Argentina, CUIT or CUIL of eleven digits, modulus 11."""
    sign = (11 - _sum(number[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    return str(sign) == number[10]


def nit_co(number: str) -> bool:
    """Colombia, NIT with its check digit, modulus 11 with prime weights."""
    primes = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
    left = sum(int(sign) * prime for sign, prime in zip(reversed(number[:-1]), primes, strict=False)) % 11
    return str(left if left < 2 else 11 - left) == number[-1]


def curp_mx(number: str) -> bool:
    """Mexico, CURP of eighteen signs, the last a check digit of modulus 10."""
    if any(sign not in _CURP_ALPHABET for sign in number):
        return False
    total = sum(_CURP_ALPHABET.index(sign) * (18 - place) for place, sign in enumerate(number[:17]))
    return str((10 - total % 10) % 10) == number[17]


def rfc_mx(number: str) -> bool:
    """Mexico, RFC with its homoclave: thirteen signs (persons) or twelve (companies), modulus 11."""
    body = number[:-1].rjust(12)
    if any(sign not in _RFC_ALPHABET for sign in body):
        return False
    total = sum(_RFC_ALPHABET.index(sign) * (13 - place) for place, sign in enumerate(body))
    left = 11 - total % 11
    return number[-1] == {11: "0", 10: "A"}.get(left, str(left))


def rif_ve(number: str) -> bool:
    """Venezuela, RIF: a letter, eight digits and a check digit of modulus 11."""
    kinds = {"V": 4, "E": 8, "J": 12, "P": 16, "G": 20, "C": 12}
    total = kinds.get(number[0], 0) + _sum(number[1:9], (3, 2, 7, 6, 5, 4, 3, 2))
    left = 11 - total % 11
    return number[0] in kinds and str(0 if left > 9 else left) == number[9]


def ruc_py(number: str) -> bool:
    """Paraguay, RUC: six to eight digits and a check digit of modulus 11."""
    total = _sum(number[:-1], _cycle(len(number) - 1, 2, 11))
    return str(-total % 11 % 10) == number[-1]


def bsn_nl(number: str) -> bool:
    """Netherlands, BSN of nine digits: the eleven test, with the last digit subtracted."""
    return int(number) > 0 and _sum(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def rijksregister_be(number: str) -> bool:
    """Belgium, rijksregisternummer of eleven digits: modulus 97, from 2000 on with a 2 before it."""
    body, sign = number[:9], int(number[9:])
    return sign in {97 - int(body) % 97, 97 - int("2" + body) % 97}


def dni_es(number: str) -> bool:
    """Spain, DNI of eight digits and letter, or NIE of X, Y or Z, seven digits and letter: modulus 23."""
    body = {"X": "0", "Y": "1", "Z": "2"}.get(number[0], number[0]) + number[1:-1]
    return body.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(body) % 23] == number[-1]


def ssn_us(number: str) -> bool:
    """United States, SSN of nine digits: no check digit, but areas, groups and serials never given out."""
    return (
        number[:3] not in {"000", "666"} and number[0] != "9" and number[3:5] != "00" and number[5:] != "0000"
    )


def imo(number: str) -> bool:
    """IMO number of a ship, seven digits: the first six weighted 7 to 2 end in the seventh."""
    return number[0] != "0" and _sum(number[:6], (7, 6, 5, 4, 3, 2)) % 10 == int(number[6])


def imo_company(number: str) -> bool:
    """IMO number of a company or owner, seven digits: weights 8, 6, 4, 2, 9, 7 and modulus 11."""
    return str((11 - _sum(number[:6], (8, 6, 4, 2, 9, 7)) % 11) % 10) == number[6]


def mmsi(number: str) -> bool:
    """MMSI of nine digits: the maritime identification digits (ITU-R M.585) lie from 201 to 775."""
    return 201 <= int(number[:3]) <= 775


def mod97(number: str) -> bool:
    """ISO 7064 MOD 97-10, as in an LEI: letters are 10 to 35, the whole leaves 1."""
    return int("".join(str(_ALPHABET.index(sign)) for sign in number)) % 97 == 1


def iban(number: str) -> bool:
    """ISO 13616: the first four signs moved to the end, then MOD 97-10."""
    return mod97(number[4:] + number[:4])


def container(number: str) -> bool:
    """ISO 6346: four letters, six digits and a check digit of modulus 11."""
    values = {sign: value for value, sign in zip(_container_values(), _ALPHABET, strict=False)}
    total = sum(values[sign] << place for place, sign in enumerate(number[:10]))
    return total % 11 % 10 == int(number[10])


def mrz(number: str, sign: str) -> bool:
    """ICAO Doc 9303-3: weights 7, 3, 1; letters are 10 to 35, the filler is 0."""
    values = (0 if mark == "<" else _ALPHABET.index(mark) for mark in number)
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10) == sign


def _container_values() -> Iterable[int]:
    return (value for value in range(39) if not value or value % 11)


def _sum(digits: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _cycle(length: int, first: int, last: int) -> Sequence[int]:
    """Return weights that rise from `first` to `last` and begin again, counted from the right."""
    return [first + place % (last - first + 1) for place in range(length)][::-1]


def _eleven(digits: str, weights: Sequence[int]) -> str:
    return _remainder(digits, weights, 11, {11: "0"})


def _remainder(digits: str, weights: Sequence[int], modulus: int, special: dict[int, str]) -> str:
    left = modulus - _sum(digits, weights) % modulus
    return special.get(left, str(left))


def _brazil(body: str, weights: Iterable[int]) -> str:
    """Return a check digit; a letter counts by its place in ASCII after the digit 0, as the Receita rules."""
    left = sum((ord(sign) - 48) * weight for sign, weight in zip(body, weights, strict=True)) % 11
    return "0" if left < 2 else str(11 - left)

"""Published examples of each numbering, and: of all last signs exactly one holds."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.engines.names import checkdigits as check

EXAMPLES = [
    (check.cedula_ec, "1710034065", "1710034066"),
    (check.cedula_ec, "1710034065", "9910034065"),
    (check.ruc_ec, "1710034065001", "1710034066001"),
    (check.ruc_ec, "1790016919001", "1790016918001"),
    (check.ruc_ec, "1760001550001", "1760001560001"),
    (check.ruc_ec, "1710034065001", "1710034065000"),
    (check.rut_cl, "123456785", "123456784"),
    (check.rut_cl, "60803000K", "608030000"),
    (check.dni_pe, "101174102", "101174103"),
    (check.dni_pe, "10117410G", "10117410A"),
    (check.ruc_pe, "20100047218", "20100047219"),
    (check.ruc_pe, "20131312955", "30131312955"),
    (check.cpf_br, "52998224725", "52998224724"),
    (check.cpf_br, "52998224725", "11111111111"),
    (check.cnpj_br, "11222333000181", "11222333000182"),
    (check.cnpj_br, "12ABC34501DE35", "12ABC34501DE36"),
    (check.cuit_ar, "20055361682", "20055361683"),
    (check.nit_co, "2131234321", "2131234322"),
    (check.curp_mx, "BOXW310820HNERXN09", "BOXW310820HNERXN08"),
    (check.rfc_mx, "GODE561231GR8", "GODE561231GR9"),
    (check.rfc_mx, "SAT970701NN3", "SAT970701NN4"),
    (check.rif_ve, "V114702834", "V114702835"),
    (check.ruc_py, "800280610", "800280611"),
    (check.bsn_nl, "111222333", "111222334"),
    (check.rijksregister_be, "85073003328", "85073003329"),
    (check.dni_es, "12345678Z", "12345678A"),
    (check.dni_es, "X1234567L", "X1234567M"),
    (check.ssn_us, "536904399", "666904399"),
    (check.ssn_us, "536904399", "536004399"),
    (check.imo, "9074729", "9074728"),
    (check.imo_company, "5342883", "5342884"),
    (check.mmsi, "735059000", "999059000"),
    (check.mod97, "HWUPKR0MPOU8FGXBT394", "HWUPKR0MPOU8FGXBT395"),
    (check.iban, "GB82WEST12345698765432", "GB82WEST12345698765431"),
    (check.container, "CSQU3054383", "CSQU3054384"),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "right", "wrong"), EXAMPLES)
def test_a_published_number_holds_and_a_changed_one_does_not(
    holds: Callable[[str], bool], right: str, wrong: str
) -> None:
    assert holds(right)
    assert not holds(wrong)


def test_the_number_of_a_machine_readable_line_holds_with_its_check_digit() -> None:
    assert check.mrz("L898902C3", "6")
    assert check.mrz("L898902C3<<", "6")
    assert not check.mrz("L898902C8", "6")


@pytest.mark.parametrize(
    ("holds", "length", "signs"),
    [
        (check.rut_cl, 8, "0123456789K"),
        (check.imo, 6, "0123456789"),
        (check.cuit_ar, 10, "0123456789"),
        (check.nit_co, 9, "0123456789"),
        (check.luhn, 9, "0123456789"),
    ],
)
@given(data=st.data())
def test_at_most_one_last_sign_holds(
    holds: Callable[[str], bool], length: int, signs: str, data: st.DataObject
) -> None:
    first = data.draw(st.sampled_from("123456789"))
    body = first + data.draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))
    assert sum(holds(body + sign) for sign in signs) <= 1


@given(st.text("0123456789", min_size=7, max_size=7), st.integers(0, 9), st.integers(1, 9))
def test_one_misread_digit_never_leaves_a_cedula_valid(body: str, place: int, step: int) -> None:
    number = next(
        (full for last in "0123456789" if check.cedula_ec(full := "17" + body + last)), "1710034065"
    )
    changed = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not check.luhn(changed)

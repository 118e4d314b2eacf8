import pytest

from cordillera.engines.names.addresses import read_address


def words(text: str) -> list[str]:
    return [word.text for word in read_address(text).words]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Av. Amazonas, Quito", "Avenida Amazonas, Quito"),
        ("Psje. Quetzal, Lima", "Pasaje Quetzal, Lima"),
        ("Jr. Quetzal, Lima", "JIRÓN QUETZAL LIMA"),
        ("Quetzal Street, London", "London, Quetzal St."),
        ("Rue du Volcan, Lyon", "R. Volcan Lyon"),
    ],
)
def test_kinds_of_street_and_order_do_not_tell_addresses_apart(left: str, right: str) -> None:
    assert words(left) == words(right)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Calle Loja Nº 120, Piso 2", ("120", "floor2")),
        ("Mz. B Lt. 4", ("blockb", "lot4")),
        ("Keizersgracht 123, 1015 CJ Amsterdam", ("123", "1015cj")),
        ("P.O. Box 777, Dubai", ("box777",)),
        ("Casilla 17-01-123", ("box17", "1", "123")),
    ],
)
def test_numbers_keep_the_unit_they_belong_to(text: str, numbers: tuple[str, ...]) -> None:
    assert read_address(text).numbers == numbers


def test_the_country_at_the_end_is_read_apart() -> None:
    assert read_address("Calle Loja 3, Quito, Ecuador").places == {"ec"}
    assert words("Calle Loja 3, Quito, Ecuador") == words("Calle Loja 3, Quito")


@pytest.mark.parametrize("text", ["", ",,,", "1 2 3", "x" * 9_000, "Av. " * 3_000])
def test_no_address_breaks_the_reader(text: str) -> None:
    reading = read_address(text)
    assert len(reading.words) == len(reading.information)

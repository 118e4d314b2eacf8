"""Lists of invented people in every format, made on the spot: no published list stands in the tests."""

import json
from pathlib import Path

_HERE = Path(__file__).parent
EU = (_HERE / "eu_sample.xml").read_bytes()
OFAC_XML = (_HERE / "ofac_sample.xml").read_bytes()


def ftm(schema: str, name: str, /, **properties: object) -> dict[str, object]:
    """One entity in FollowTheMoney's shape."""
    values = {key: value if isinstance(value, list) else [value] for key, value in properties.items()}
    return {"id": name, "schema": schema, "properties": values}


PERSON = ftm(
    "Person", "NK-1", name="Ana Rosa Velez Torres", firstName="Ana Rosa", lastName="Velez Torres",
    alias=["Anita Velez"], weakAlias="La Profe", birthDate=["1980-05-04", "1979"], nationality="xx",
    birthPlace="Invented Town", religion="invented", ethnicity=["a", "b"], gender="female", topics="sanction",
    addressEntity="addr-1", idNumber="0912345675",
)  # fmt: skip
PASSPORT = ftm("Passport", "pass-1", holder="NK-1", number="AB123456", country="xx")
SANCTION = ftm("Sanction", "sanc-1", entity="NK-1", program="TEST", listingDate="2020-03-01")
ADDRESS = ftm("Address", "addr-1", full="Calle 5, Invented Town")
COMPANY = ftm(
    "Company", "NK-2", name="Invented Trading House", registrationNumber="R-77", swiftBic="INVTXX22"
)
VESSEL = ftm("Vessel", "NK-3", name="Doña Prueba", imoNumber="IMO9074729", mmsi="735000001")
PLANE = ftm("Airplane", "NK-4", name="HC-PRU", serialNumber="123")


def lines(*entities: dict[str, object]) -> bytes:
    """Entities as JSON lines."""
    return b"".join(json.dumps(entity, ensure_ascii=False).encode() + b"\n" for entity in entities)


FTM = lines(SANCTION, PERSON, ADDRESS, COMPANY, VESSEL, PASSPORT, PLANE, ftm("Security", "s", name="Bond"))
NESTED = lines(
    {
        **PERSON,
        "target": True,
        "properties": {
            **PERSON["properties"],  # type: ignore[dict-item]  # a dict in every sample
            "addressEntity": [ADDRESS],
            "passports": [PASSPORT],
            "sanctions": [SANCTION],
        },
    },
    {**COMPANY, "target": False},
)
MAPPING = """
delimiter = ";"
dates = ["DD/MM/YYYY"]
several = "|"
[columns]
reference = "No."
given = ["NOMBRE 1", "NOMBRE 2"]
family = ["APELLIDO 1", "APELLIDO 2"]
weak_alias = "APODO"
birth = "NACIMIENTO"
national_id = "CEDULA"
kind = "TIPO"
[constants]
programme = "Orden judicial"
nationality = "Ecuador"
[kinds]
"PERSONA NATURAL" = "person"
"PERSONA JURÍDICA" = "organisation"
"""
CSV = (
    "No.;NOMBRE 1;NOMBRE 2;APELLIDO 1;APELLIDO 2;APODO;NACIMIENTO;CEDULA;TIPO;RELIGIÓN;OBS\n"
    "1;Ana;Rosa;Vélez;Núñez;La Profe|La Jefa;04/05/1980;0912345675;Persona natural;inventada;x\n"
    '2;;;"Casa; Inventada";;;31/02/1980;;Persona jurídica;;\n'
)

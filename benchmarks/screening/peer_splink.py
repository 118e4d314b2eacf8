"""Splink on the records of standard input (see `peer.py`): trained without labels, one DuckDB thread.

Blocking rules and comparisons are of the kind that Splink's examples use for such files, written by us for
these columns and not tuned: a specialist may get more out of it. All blocked pairs are answered, with the
match weight in bits.
"""

from typing import Any

import duckdb
import pandas as pd
import splink
import splink.comparison_library as cl
from peer import answer
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SEED = 1
FEBRL = {
    "blocking": [
        block_on("soc_sec_id"),
        block_on("given_name"),
        block_on("surname"),
        block_on("date_of_birth"),
        block_on("postcode"),
    ],
    "comparisons": [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("postcode", [2]),
    ],
    "certain": [
        block_on("soc_sec_id"),
        block_on("given_name", "surname", "date_of_birth"),
    ],
    "recall": 0.9,
    "sessions": [block_on("date_of_birth"), block_on("postcode")],
    "u_pairs": 1e6,
}
HISTORICAL = {
    "blocking": [
        block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
        block_on("surname", "dob"),
        block_on("first_name", "dob"),
        block_on("postcode_fake", "first_name"),
        block_on("postcode_fake", "surname"),
        block_on("dob", "birth_place"),
        block_on("substr(postcode_fake,1,3)", "dob"),
        block_on("substr(postcode_fake,1,3)", "first_name"),
        block_on("substr(postcode_fake,1,3)", "surname"),
        block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
    ],
    "comparisons": [
        cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode_fake"),
        cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
        cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
    ],
    "certain": [
        block_on("first_name", "surname", "dob"),
        block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
        block_on("dob", "postcode_fake"),
    ],
    "recall": 0.6,
    "sessions": [block_on("first_name", "surname"), block_on("dob")],
    "u_pairs": 5e6,
}
PLANS: dict[str, dict[str, Any]] = {"febrl3": FEBRL, "historical": HISTORICAL}


def link(records: list[dict[str, Any]], kind: str) -> list[list[float]]:
    """Return [place, place, match weight in bits] of every pair that the blocking rules let through."""
    plan = PLANS[kind]
    table = pd.DataFrame(records)
    table["unique_id"] = range(len(table))
    if kind == "historical":
        table["both_names"] = table["first_name"] + " " + table["surname"]
    connection = duckdb.connect(config={"threads": 1})
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=plan["blocking"],
        comparisons=plan["comparisons"],
        retain_matching_columns=False,
    )
    linker = Linker(DuckDBAPI(connection).register(table), settings, log_level="ERROR")
    train = linker.training
    train.estimate_probability_two_random_records_match(plan["certain"], recall=plan["recall"])
    train.estimate_u_using_random_sampling(max_pairs=plan["u_pairs"], seed=SEED)
    for rule in plan["sessions"]:
        train.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict().as_pandas_dataframe()
    columns = (found["unique_id_l"].astype(int), found["unique_id_r"].astype(int), found["match_weight"])
    return [list(pair) for pair in zip(*(column.tolist() for column in columns), strict=True)]


if __name__ == "__main__":
    answer(splink.__version__, link=link)

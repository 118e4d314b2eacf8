"""Judge zones with the `mrz` package (GPL-3.0), in an environment of its own; imports nothing of ours.

Reads JSON lines with format and zone, writes for each the check digits that it accepts, or null where it
raises; the last line tells its seconds of CPU time.
"""

import json
import sys
import time
from importlib import import_module

CHECKERS = {
    "TD1": ("td1", "TD1CodeChecker"),
    "TD2": ("td2", "TD2CodeChecker"),
    "TD3": ("td3", "TD3CodeChecker"),
    "MRV-A": ("mrva", "MRVACodeChecker"),
    "MRV-B": ("mrvb", "MRVBCodeChecker"),
}
DIGITS = ("document_number_hash", "birth_date_hash", "expiry_date_hash", "final_hash")


def judged(name: str, zone: str) -> dict[str, bool] | None:
    """The check digits of a zone, as the package sees them."""
    module, checker = CHECKERS[name]
    try:
        found = getattr(import_module(f"mrz.checker.{module}"), checker)(zone, check_expiry=False)
        digits = DIGITS[:-1] if name.startswith("MRV") else DIGITS  # visas have no composite
        return {digit: bool(getattr(found, digit)) for digit in digits}
    except Exception:  # noqa: BLE001 - it raises errors of many kinds, which is part of what is compared
        return None


def main() -> None:
    """Judge what standard input holds."""
    asked = [json.loads(line) for line in sys.stdin]
    began = time.process_time()
    answers = [judged(one["format"], one["zone"]) for one in asked]
    seconds = time.process_time() - began
    for answer in answers:
        print(json.dumps(answer))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()

"""Compare our judge of check digits with the `mrz` package, zone by zone, and both speeds.

`python benchmarks/mrz/compare.py PYTHON [ZONES]`: PYTHON is that of an environment with `pip install mrz`
(GPL-3.0: an oracle, never a dependency). Zones are invented: a third whole, the rest with one to three places
exchanged, kept within what both can read (equal lines, known formats, upper case).
"""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from cordillera.engines.mrz import Document, MrzFormat, write_zone
from cordillera.engines.mrz.bulk import pack, verdicts
from cordillera.engines.mrz.conditions import Condition, bit
from cordillera.engines.mrz.layouts import LAYOUTS

SEED = 20_261_121
DIGITS = {
    "document_number_hash": Condition.NUMBER_CHECK,
    "birth_date_hash": Condition.BIRTH_CHECK,
    "expiry_date_hash": Condition.EXPIRY_CHECK,
    "final_hash": Condition.COMPOSITE_CHECK,
}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def zones(count: int) -> list[tuple[str, str]]:
    """Formats and zones with breaks."""
    rng = random.Random(SEED)
    return [zone(rng, list(MrzFormat)[number % 5], number) for number in range(count)]


def zone(rng: random.Random, name: MrzFormat, number: int) -> tuple[str, str]:
    """One zone; damage leaves the type and the filler places alone."""
    document = Document(
        surname=rng.choice(("LOOR", "QUISPE MAMANI", "DE LA CRUZ")),
        given_names=rng.choice(("ANA", "JOSE LUIS", "ROSA")),
        document_number="".join(rng.choice(ALPHABET) for _ in range(9)),
        issuer=rng.choice(("ECU", "PER", "CHL")),
        nationality=rng.choice(("ECU", "PER", "CHL")),
        date_of_birth=f"{rng.randrange(1930, 2015)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        sex=rng.choice("FM"),
        expires=f"{rng.randrange(2027, 2036)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
    )
    text = list("".join(write_zone(document, name)))
    first = LAYOUTS[name].number[0]
    for _ in range(0 if number % 3 == 0 else rng.randrange(1, 4)):
        place = rng.randrange(first, len(text))
        if text[place].isdigit():
            text[place] = rng.choice("0123456789")
    width = LAYOUTS[name].width
    joined = "".join(text)
    return name.value, "\n".join(joined[at : at + width] for at in range(0, len(joined), width))


def main() -> None:
    """Print how many zones were compared, on how many both agree, and zones a second of each."""
    python, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    if not python.exists():
        print(json.dumps({"skipped": "no environment with the mrz package"}))
        return
    made = zones(count)
    asked = "".join(json.dumps({"format": name, "zone": text}) + "\n" for name, text in made)
    oracle = Path(__file__).with_name("oracle.py")
    done = subprocess.run([python, oracle], input=asked, capture_output=True, text=True, check=True)
    *answers, told = [json.loads(line) for line in done.stdout.splitlines()]
    texts = [text for _, text in made]
    verdicts(pack(texts[:1]))
    began = time.process_time()
    ours = verdicts(pack(texts)).tolist()
    seconds = max(time.process_time() - began, 1e-9)
    compared = [(answer, bits) for answer, bits in zip(answers, ours, strict=True) if answer is not None]
    same = sum(
        held == (not bits & bit(DIGITS[digit])) for answer, bits in compared for digit, held in answer.items()
    )
    digits = sum(len(answer) for answer, _ in compared)
    figures = {
        "zones": count,
        "raised_by_mrz": count - len(compared),
        "digits": digits,
        "agree": same,
        "mrz_per_second": round(count / told["seconds"], 1),
        "ours_per_second": round(count / seconds, 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

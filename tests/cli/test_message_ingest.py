"""`cordillera message ingest`: files go the way of uploads, into a node of their own."""

import json
import subprocess
import sys
from pathlib import Path

MESSAGE = (
    b"UNB+UNOC:4+XA+EC+261121:1000+FILE1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA12'LOC+125+BOG'LOC+87+UIO'"
    b"DTM+232:2611211300:201'NAD+FL+++LLUMIQUINGA:NAYELI'DTM+329:940402'UNT+8+1'UNZ+1+FILE1'"
)


def test_good_files_are_taken_in_beside_bad_ones(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.edi", tmp_path / "bad.edi"
    good.write_bytes(MESSAGE)
    bad.write_bytes(b"\x00\x01 no message at all")
    command = [
        sys.executable,
        "-m",
        "cordillera",
        "message",
        "ingest",
        str(good),
        str(bad),
        str(tmp_path / "none"),
    ]
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "cordillera.toml").touch()
    done = subprocess.run(
        [*command, "--home", str(tmp_path / "home"), "--json"], capture_output=True, check=False, timeout=120
    )
    taken = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one.get("status") for one in taken] == ["accepted", "quarantined", None]
    assert (taken[0]["travellers"], taken[0]["duplicate"]) == (1, False)
    assert taken[2]["reason"]
    assert done.returncode == 1

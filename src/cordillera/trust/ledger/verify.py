"""Verify an exported log, a proof or a checkpoint on any machine: `python -m cordillera.trust.ledger.verify`.

Needs nothing but the standard library and `cordillera.foundation.crypto`. It opens no database, reads
no settings and asks no network; what it trusts is the key it is given.

    python -m cordillera.trust.ledger.verify DIR [--vkey KEY]... [--checkpoint FILE] [--json]
    python -m cordillera.trust.ledger.verify --proof FILE --leaf FILE --vkey KEY [--witness KEY]... [--json]
    python -m cordillera.trust.ledger.verify --proof FILE --leaf FILE --policy FILE [--json]
    python -m cordillera.trust.ledger.verify --checkpoint FILE --vkey KEY [--json]

With --witness, each named witness must have cosigned the checkpoint of the proof; with --policy, a quorum.
With DIR, `--checkpoint FILE` names a checkpoint you kept earlier: it must be part of this log's history.
Exit code 0: everything holds; 1: something does not, and the place is named; 2: wrong use.
"""

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cordillera.foundation.errors import BadInput
from cordillera.trust.ledger.checkpoint import open_checkpoint
from cordillera.trust.ledger.compact import CompactRange
from cordillera.trust.ledger.cosignature import parse_witness_vkey, read_cosignatures
from cordillera.trust.ledger.directory import KEY_FILE, Report, read_line, verify_directory
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.note import parse_vkey
from cordillera.trust.ledger.policy import Group, Policy, PolicyLog, Witness, parse_policy
from cordillera.trust.ledger.proof import verify_witnessed
from cordillera.trust.ledger.tiles import TileId, bundles_of, tile_hashes, tile_path

OK, BROKEN, USAGE = 0, 1, 2


def result(report: Report) -> dict[str, object]:
    """The JSON of a log that holds; the root in base64, as in the checkpoint."""
    root = base64.b64encode(report.root).decode()
    return {"size": report.size, "root": root, "checkpoints": report.checkpoints, "ok": True}


def broken(place: str, reason: str) -> dict[str, object]:
    """The JSON of a log that does not hold."""
    return {"size": 0, "root": "", "checkpoints": 0, "ok": False, "place": place, "reason": reason}


def verify_log(folder: Path, vkeys: Sequence[str], kept: Path | None = None) -> dict[str, object]:
    """Verify a directory, and that it continues the checkpoint in the file `kept`."""
    try:
        report = verify_directory(folder, vkeys)
        if kept is not None:
            _continues(folder, vkeys, kept)
    except LogBroken as error:
        return broken(error.place, error.reason)
    return result(report)


def verify_entry(proof: Path, leaf: Path, trusted: Sequence[str] | Path | Policy) -> dict[str, object]:
    """Verify that the entry in one file is in the log, by the proof in the other.

    `trusted` are the log's keys, the directory that holds its key file, or a policy with its witnesses.
    """
    try:
        if isinstance(trusted, Policy):
            policy = trusted
        else:
            line = read_line(trusted).keys if isinstance(trusted, Path) else map(parse_vkey, trusted)
            policy = Policy(logs=tuple(map(PolicyLog, line)))
        found = verify_witnessed(proof.read_bytes(), leaf.read_bytes(), policy)
    except (BadInput, OSError) as error:
        return broken(proof.name, str(error))
    head = found.checkpoint
    cosigned = {one.key.name: one.at for one in read_cosignatures(head.raw, policy.keys)}
    report = result(Report(head.size, head.root, 1))
    return report | {"index": found.index, "origin": head.checkpoint.origin, "cosigned": cosigned}


def asked_policy(vkeys: Sequence[str], witnesses: Sequence[str], file: Path | None) -> Policy:
    """The policy in a file, or the one that asks for these logs and all of these witnesses.

    Raises `KeyMalformed` or `PolicyMalformed`; a policy without a log takes those given.
    """
    logs = tuple(PolicyLog(parse_vkey(text)) for text in vkeys)
    if file is not None:
        written = parse_policy(file.read_text("utf-8"))
        return replace(written, logs=logs or written.logs)
    named = tuple(Witness(f"w{at}", parse_witness_vkey(text)) for at, text in enumerate(witnesses))
    if not named:
        return Policy(logs=logs)
    group = Group(len(named), tuple(one.name for one in named))
    return Policy(logs, named, {"all": group}, "all")


def verify_checkpoint(file: Path, vkeys: Sequence[str]) -> dict[str, object]:
    """Verify that a checkpoint alone is signed by the log."""
    try:
        head = open_checkpoint(file.read_bytes(), [parse_vkey(text) for text in vkeys])
    except (BadInput, OSError) as error:
        return broken(file.name, str(error))
    return result(Report(head.size, head.root, 1))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    vkeys = list(asked.vkey)
    if asked.proof:
        if not asked.leaf or not (vkeys or asked.directory or asked.policy):
            parser.error("--proof needs --leaf, and --vkey, --policy or DIR")
        found = _entry(asked, vkeys)
    elif asked.directory:
        found = verify_log(asked.directory, vkeys, asked.checkpoint)
    elif asked.checkpoint and vkeys:
        found = verify_checkpoint(asked.checkpoint, vkeys)
    else:
        parser.error("give DIR, or --proof and --leaf, or --checkpoint and --vkey")
    sys.stdout.write((json.dumps(found) if asked.json else _text(found)) + "\n")
    return OK if found["ok"] else BROKEN


def _entry(asked: argparse.Namespace, vkeys: Sequence[str]) -> dict[str, object]:
    if not vkeys and asked.policy is None:
        return verify_entry(asked.proof, asked.leaf, asked.directory)
    try:
        policy = asked_policy(vkeys, asked.witness, asked.policy)
    except (BadInput, OSError, UnicodeDecodeError) as error:
        return broken("policy" if asked.policy else "key", str(error))
    return verify_entry(asked.proof, asked.leaf, policy)


def _continues(folder: Path, vkeys: Sequence[str], kept: Path) -> None:
    """The verified log below `folder` must have had the kept checkpoint's root at its size."""
    keys = read_line(folder, vkeys)
    try:
        head = keys.open(kept.read_bytes())
    except (BadInput, OSError) as error:
        raise LogBroken(str(kept), str(error)) from error
    newest = keys.open((folder / "checkpoint").read_bytes())
    if head.size > newest.size:
        raise LogBroken("checkpoint", f"the log has lost leaves: the kept checkpoint has {head.size}")
    tree = CompactRange()
    for bundle in bundles_of(newest.size):
        tile = TileId(0, bundle.index, bundle.width)
        for hashed in tile_hashes((folder / tile_path(tile)).read_bytes(), tile.width):
            if tree.size < head.size:
                tree.append(hashed)
    if tree.root() != head.root:
        raise LogBroken("checkpoint", f"the log was rewritten: at size {head.size} it had another root")


def _text(found: dict[str, object]) -> str:
    if not found["ok"]:
        return f"NOT VERIFIED  {found['place']}: {found['reason']}"
    what = f"entry {found['index']} of {found['origin']}" if "index" in found else "log"
    told = f"{what}: {found['size']} leaves, root {found['root']}, checkpoints {found['checkpoints']}"
    return f"verified  {told}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verify", description="Verify a transparency log, or one proof.")
    parser.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="the exported log")
    parser.add_argument(
        "--vkey", action="append", default=[], help=f"the log's key; default: the file {KEY_FILE} in DIR"
    )
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint; with DIR: the log must continue it")
    parser.add_argument("--proof", type=Path, help="a .tlog-proof file")
    parser.add_argument("--leaf", type=Path, help="the entry the proof is about, byte for byte")
    parser.add_argument("--witness", action="append", default=[], help="a witness that must have cosigned")
    parser.add_argument("--policy", type=Path, help="a witness policy (c2sp.org/tlog-policy)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())

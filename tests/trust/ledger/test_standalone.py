"""A supervisor's witness over real HTTP: statuses, races, restarts and kill -9."""

import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from cordillera.trust.ledger.cosignature import parse_witness_vkey, read_cosignatures
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.standalone import StandaloneWitness, WitnessNamed
from cordillera.trust.ledger.tree import consistency_proof, leaf_hash, perfect_nodes, range_root
from cordillera.trust.ledger.witness import Submission
from cordillera.trust.ledger.witness_client import ask_over_http

LOG = SigningKey(b"\x07" * 32)
ORIGIN = "cordillera/ec"
VKEY = NoteKey.of(ORIGIN, LOG.public_bytes).vkey
NODES = perfect_nodes([leaf_hash(bytes([number])) for number in range(64)])


def request(old, size, nodes=NODES):
    head = sign_checkpoint(Checkpoint(ORIGIN, size, range_root(0, size, nodes)), LOG)
    return Submission(old, consistency_proof(old, size, nodes) if old else (), head).encode()


@contextmanager
def serving(witness):
    with witness.server("127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


@pytest.fixture
def witness(tmp_path, clock):
    made = StandaloneWitness(tmp_path / "witness", clock, "supervisor.example/w")
    made.add_log(VKEY)
    return made


def test_it_cosigns_and_remembers_over_a_restart(witness, tmp_path, clock):
    with serving(witness) as url:
        answer = ask_over_http(url, request(0, 5))
        assert answer.status == 200
        signed = sign_checkpoint(Checkpoint(ORIGIN, 5, range_root(0, 5, NODES)), LOG) + answer.body
        assert read_cosignatures(signed, [witness.key])[0].at == int(clock.now().timestamp())
    again = StandaloneWitness(tmp_path / "witness", clock)
    assert again.key == witness.key
    assert again.held(again.logs()[0]).size == 5
    with serving(again) as url:
        answer = ask_over_http(url, request(0, 9))
        assert (answer.status, answer.content_type, answer.body) == (409, "text/x.tlog.size", b"5\n")
        assert ask_over_http(url, request(5, 9)).status == 200


def test_a_fork_is_kept_with_both_notes(witness, tmp_path):
    other = perfect_nodes([leaf_hash(b"other")] * 64)
    with serving(witness) as url:
        assert ask_over_http(url, request(0, 5)).status == 200
        for size in (5, 9):
            assert ask_over_http(url, request(5, size, other)).status == 422
    assert witness.evidence() == 2
    key = NoteKey.of(ORIGIN, LOG.public_bytes)
    for held in (tmp_path / "witness" / "evidence").glob("*.held"):
        both = [open_checkpoint(path.read_bytes(), [key]) for path in (held, held.with_suffix(".other"))]
        assert both[0].root != both[1].root


def test_of_many_at_once_one_is_cosigned_and_the_size_never_goes_back(witness):
    """Check and store are one step: otherwise two requests from one size would both be cosigned."""
    with serving(witness) as url:
        ask_over_http(url, request(0, 5))
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda size: ask_over_http(url, request(5, size)), range(6, 22)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 15
    assert witness.held(witness.logs()[0]).size >= 6


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/add-checkpoint", b"nonsense", 400),
        ("POST", "/other", b"", 404),
        ("POST", "/add-checkpoint", b"x" * 70_000, 413),
        ("GET", "/add-checkpoint", None, 501),
    ],
)
def test_what_is_no_request_is_refused(witness, method, path, body, status):
    with serving(witness) as url, httpx2.Client(trust_env=False) as client:
        assert client.request(method, url + path, content=body).status_code == status


def test_a_witness_keeps_the_name_of_its_key(witness, tmp_path, clock):
    assert parse_witness_vkey(witness.key.vkey).name == "supervisor.example/w"
    with pytest.raises(WitnessNamed):
        StandaloneWitness(tmp_path / "witness", clock, "another.example/w")


def test_what_was_answered_survives_kill_9(tmp_path):
    home = tmp_path / "witness"
    command = [sys.executable, "-m", "cordillera.cli.main", "ledger", "witness"]
    subprocess.run([*command, "add-log", VKEY, "--home", home], check=True, timeout=60)
    size = 0
    for _ in range(2):
        run = [*command, "run", "--home", home, "--port", "0", "--json"]
        with subprocess.Popen(run, stdout=subprocess.PIPE) as process:
            url = json.loads(process.stdout.readline())["url"]
            assert ask_over_http(url, request(size, size + 7)).status == 200
            size += 7
            process.send_signal(signal.SIGKILL)
    assert size == 14
    listed = subprocess.run(
        [*command, "list", "--home", home, "--json"], check=True, timeout=60, capture_output=True
    )
    assert json.loads(listed.stdout)["logs"] == [{"log": ORIGIN, "size": 14}]

"""The module, by itself: what it says of cases, logs and configurations."""

import os
from pathlib import Path

import pytest
import runproof

LOGS = Path(__file__).parents[2] / "reports" / "testdata"


def test_the_registry_is_that_of_the_program():
    import json
    import subprocess

    told = json.loads(subprocess.check_output([runproof.find_program(), "list", "--json"]))
    assert [(one["id"], one["level"], one["clause"], one["claim"]) for one in told] == [
        (one.id, one.level, one.clause, one.claim) for one in runproof.cases()
    ]


def test_cases_are_chosen():
    chosen = runproof.cases(["kill.*"], levels=["must"])
    assert chosen and all(one.area == "kill" and one.level == "must" for one in chosen)
    assert {one.id for one in runproof.cases(clauses=["runtime.md#kill"])} >= {one.id for one in chosen if one.clause == "runtime.md#kill"}


@pytest.mark.parametrize("words", [{"ids": ["nonsense.case"]}, {"levels": ["severe"]}, {"profile": "both"}])
def test_what_there_is_not_is_an_error(words):
    with pytest.raises(ValueError, match="nonsense|severe|profile"):
        runproof.cases(**words)


def test_clauses_name_their_cases():
    ids = {one.id.split("/")[0] for one in runproof.cases()} | {one.id.split("/")[0] for one in runproof.cases(profile="compat")}
    for clause in runproof.clauses():
        assert set(clause.cases) <= ids, clause


def test_a_log_is_read():
    log = runproof.read_log(LOGS / "small.jsonl")
    assert log.header["runtime"]["name"] == "runc" and sum(log.counts.values()) == len(log.cases)
    failed = next(run for run in log.cases if run.id == "kill.stopped_error")
    assert failed.outcome == "failed" and failed.red and failed.worst.failures[0].expected == "a failure & a message"
    assert "nothing said" in failed.summary() and "create" in failed.evidence()
    command = failed.worst.commands[0]
    assert command.exit == 0 and command.signal is None and command.took > 0 and isinstance(command.out, bytes)
    assert failed.worst.expectation == ""
    leaked = next(run for run in log.cases if run.leak)
    assert (leaked.worst.leftovers[0].kind, bool(leaked.worst.leftovers[0].what)) == ("process", True)
    expected = next(run for run in log.cases if run.outcome == "xfail")
    assert "https://" in expected.worst.expectation
    assert log.exit_code == 3 if log.counts.get("broken") else log.exit_code == 1


def test_a_log_that_is_cut_off_is_refused(tmp_path):
    text = (LOGS / "small.jsonl").read_text()
    with pytest.raises(runproof.LogError, match="footer|line"):
        runproof.parse_log(text[: len(text) // 2])
    with pytest.raises(FileNotFoundError):
        runproof.read_log(tmp_path / "none.jsonl")


def test_a_config_is_what_its_setters_say():
    config = runproof.Config.minimal(["/probe", "true"]).hostname("box").resource("/pids/limit", 10).mount("/data", type="tmpfs", options=["ro"])
    config.hook(runproof.HookKind.prestart, {"path": "/bin/true"}).joining(runproof.Namespace.pid, "/proc/1/ns/pid")
    assert config.json["hostname"] == "box" and config.json["linux"]["resources"]["pids"]["limit"] == 10
    assert config.json["mounts"][-1] == {"destination": "/data", "type": "tmpfs", "options": ["ro"]}
    assert config.json["hooks"]["prestart"] == [{"path": "/bin/true"}]
    assert {"type": "pid", "path": "/proc/1/ns/pid"} in config.json["linux"]["namespaces"]
    assert {"op": "replace", "path": "/hostname", "value": "box"} in config.diff_from_minimal()


def test_setters_change_the_config_itself_and_a_copy_is_another():
    config = runproof.Config.minimal([])
    other = config.copy()
    assert config.cwd("/tmp") is config
    assert config.json["process"]["cwd"] == "/tmp" and other.json["process"]["cwd"] == "/"


def test_numbers_and_nothing_go_through_unchanged():
    value = {"big": 2**64 - 1, "negative": -(2**63), "half": 0.5, "nothing": None, "list": [True, "ä"]}
    assert runproof.Config.of(value).json == value


def test_the_kernel_says_of_this_process():
    mine = runproof.proc_stat(os.getpid())
    assert (mine.pid, mine.ppid, mine.state) == (os.getpid(), os.getppid(), "R")
    assert runproof.proc_status(os.getpid()).uids[0] == os.getuid()
    assert runproof.cgroups_of(os.getpid()) and runproof.mounts_of(os.getpid())
    assert runproof.namespaces_of(os.getpid())["pid"][1] == os.stat("/proc/self/ns/pid").st_ino
    assert runproof.proc_stat(2**22 + 1) is None


def test_what_is_no_runtime_is_refused():
    with pytest.raises(ValueError, match="no such file"):
        runproof.identify_runtime("/no/such/runtime")

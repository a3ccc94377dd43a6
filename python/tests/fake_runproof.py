#!/usr/bin/python3
"""Stands in for the program `runproof`: each case's id says what its outcome is."""

import json
import os
import signal
import sys

OUTCOMES = ("passed", "failed", "soft", "info", "unsupported", "skipped", "xfail", "xpass", "flaky", "timeout", "broken", "leak", "mute")


def case(outcome):
    level = "should" if outcome == "soft" else "must"
    return {"id": f"fake.{outcome}", "area": "fake", "level": level, "clause": "runtime.md#kill", "claim": f"{outcome} & co", "lock": "", "tags": []}


def events(outcome):
    plan = [{**case(outcome), "needs": []}]
    runtime = {"path": "/bin/true", "name": "fake", "version": "1", "version_text": "", "sha256": "", "adapter": "generic"}
    yield {
        "event": "header", "schema": 1, "run_id": "f", "started": "2026-11-21T09:00:00Z", "suite": {"name": "runproof", "version": "0"},
        "spec_version": "1.3.0", "runtime": runtime, "profile": "spec", "wait": "auto", "lane": "host", "rootless": False, "jobs": 1, "seed": None,
        "stress": False, "repeat": 1, "shard": {"index": 1, "count": 1}, "argv": [], "facts": {}, "plan": plan, "planned": 1,
    }  # fmt: skip
    said = "passed" if outcome == "leak" else outcome
    yield {
        "event": "result", "id": plan[0]["id"], "attempt": 1, "outcome": said, "leak": outcome == "leak", "at_ms": 1, "took_ms": 2.5, "runtime_ms": 1,
        "message": f"why {outcome}", "failures": [{"text": "it did not hold", "expected": "blue", "actual": "red"}] if outcome == "failed" else [],
        "leftovers": [{"kind": "process", "what": "4711 probe"}] if outcome == "leak" else [], "clause": "runtime.md#kill", "level": "must",
        "claim": "", "area": "fake", "rerun": "runproof run fake",
    }  # fmt: skip
    yield {"event": "footer", "ended": "", "wall_ms": 3, "counts": {said: 1}, "leaks": int(outcome == "leak"), "reported": 1, "interrupted": False}


def hang(note):
    """Until SIGINT comes, as a run with a case that lasts."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    open(note + ".began", "w").write(str(os.getpid()))
    signal.sigwait([signal.SIGINT])
    open(note + ".cleaned", "w").close()
    sys.exit(130)


def main():
    words = sys.argv[1:]
    if words[0] == "list":
        if "nonsense" in words:
            sys.exit("no case, clause or tag is called nonsense")
        print(json.dumps([case(outcome) for outcome in OUTCOMES if f"fake.{outcome}" in words or not any(w.startswith("fake.") for w in words)]))
        return
    if words[0] == "expectations":
        useless = "useless" in words[-1]
        print(f"{words[-1]}: nobody can use these" if useless else "", file=sys.stderr)
        sys.exit(2 if useless else 0)
    if "FAKE_ARGV" in os.environ:
        open(os.environ["FAKE_ARGV"], "a").write(json.dumps(words) + "\n")
    if "FAKE_HANG" in os.environ:
        hang(os.environ["FAKE_HANG"])
    outcome = words[-1].removeprefix("fake.")
    if outcome == "mute":
        sys.exit("this runproof has nothing to say")
    with open(words[words.index("--log") + 1], "w") as log:
        log.writelines(json.dumps(event) + "\n" for event in events(outcome))


main()

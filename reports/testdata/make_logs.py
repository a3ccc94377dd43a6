#!/usr/bin/env python3
"""Writes the fixture logs beside this file. The same every time: run it after changing cases.py or runs.py."""

import json
import pathlib

import runs
from cases import BY_ID, PLAN

HERE = pathlib.Path(__file__).parent
FACTS = {"kernel": "6.18.0", "cgroup": "hybrid", "arch": "x86_64", "userns": True, "pidfd": True, "lsm": ["capability", "landlock"]}


def header(name, version, path, plan, run_id, started="2026-11-21T09:00:00Z", repeat=1, shard=(1, 1)):
    return {"event": "header", "schema": 1, "run_id": run_id, "started": started, "suite": {"name": "runproof", "version": "0.1.0"},
            "spec_version": "1.3.0",
            "runtime": {"path": path, "name": name, "version": version, "version_text": f"{name} version {version}\nspec: 1.0.2-dev\n",
                        "sha256": (name.encode().hex() * 16)[:64], "adapter": name},
            "profile": "spec", "wait": "auto", "lane": "host", "rootless": False, "jobs": 4, "seed": None, "stress": False,
            "repeat": repeat, "shard": {"index": shard[0], "count": shard[1]}, "argv": ["runproof", "run", "--runtime", path],
            "facts": FACTS, "plan": plan, "planned": len(plan) * repeat}


def commands(case_id, did, name, box):
    create = {"argv": [name, "--root", "/run/runproof/r", "create", "--bundle", f"/tmp/runproof/{box}", box], "exit": 0, "signal": None,
              "timed_out": False, "took_ms": 9.2, "out": "", "err": ""}
    verb = case_id.split(".")[0]
    verb = verb if verb in ("kill", "delete", "state", "features") else "start"
    last = {"argv": [name, "--root", "/run/runproof/r", verb, box] + (["KILL"] if verb == "kill" else []), "exit": did.get("exit", 0),
            "signal": None, "timed_out": did.get("timed_out", False), "took_ms": 4.1, "out": "", "err": did.get("err", "")}
    if last["timed_out"]:
        last["exit"] = None
    return [create, last]


def result(entry, did, name, path, number, at_ms, attempt=1):
    case_id = entry["id"]
    took = did.get("took", 6.0 + (number * 7) % 23 + (3.5 if name == "runc" else 0))
    event = {"event": "result", "id": case_id, "attempt": attempt, "outcome": did.get("outcome", "passed"), "leak": did.get("leak", False),
             "at_ms": at_ms, "took_ms": took, "runtime_ms": round(took * 0.8, 2), "message": did.get("message", "")}
    ran = event["outcome"] not in ("skipped", "unsupported")
    if ran:
        event["commands"] = did["commands"] if "commands" in did else commands(case_id, did, name, f"{entry['area']}-{number}")
    for member in ("failures", "leftovers", "diagnosis", "expectation"):
        if member in did:
            event[member] = did[member]
    if "diff" in did:
        event["config_diff"] = did["diff"]
    event.update({key: entry[key] for key in ("clause", "level", "claim", "area")})
    if "bundle" in did:
        event["bundle"] = did["bundle"]
    event["rerun"] = f"runproof run --runtime {path} --keep {case_id}"
    return event


def log(head, deviations, attempts=None, interrupted_after=None):
    name, path = head["runtime"]["name"], head["runtime"]["path"]
    lines, counts, at_ms, leaks, number = [head], {}, 0.0, 0, 0
    for entry in head["plan"]:
        for attempt in range(1, head["repeat"] + 1):
            if interrupted_after is not None and number >= interrupted_after:
                break
            number += 1
            did = (attempts or {}).get((entry["id"], attempt)) or deviations.get(entry["id"], {})
            lines.append({"event": "start", "id": entry["id"], "attempt": attempt, "at_ms": at_ms})
            event = result(entry, did, name, path, number, round(at_ms + 5, 1), attempt)
            at_ms = round(at_ms + event["took_ms"] / 4, 2)
            lines.append(event)
            counts[event["outcome"]] = counts.get(event["outcome"], 0) + 1
            leaks += event["leak"]
    lines.append({"event": "footer", "ended": head["started"].replace(":00Z", ":09Z"), "wall_ms": at_ms, "counts": counts, "leaks": leaks,
                  "reported": number, "interrupted": interrupted_after is not None})
    return lines


def write(name, lines):
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    (HERE / f"{name}.jsonl").write_text(text, encoding="utf-8")


def small_plan():
    ids = ["kill.running", "kill.stopped_error", "kill.host_pidns_init_gone", "delete.force_host_pidns", "delete.stopped",
           "mounts.relative_destination", "cgroup.path_relative", "process.io_priority", "cgroup.v2_memory_max",
           "config.annotations_empty_key", "kill.paused", "state.pid_reuse", "process.oom_score_adj", "hooks.state_on_stdin"]
    return [BY_ID[case_id] for case_id in ids]


SMALL = {
    **runs.RUNC,
    # As GoogleTest words it.
    "kill.stopped_error": {
        **runs.red("cases/kill.cc:33: Value of: box.kill(SIGTERM)\nExpected: a failure & a message\n  Actual: exit 0 <nothing said>",
                   "a failure & a message", "exit 0 <nothing said>", bundle="/tmp/runproof/kill-2"),
        "message": "expected: a failure & a message; actual: exit 0 <nothing said>"},
    "mounts.relative_destination": runs.CRUN["mounts.relative_destination"],
    "process.oom_score_adj": runs.CRUN["process.oom_score_adj"],
    "delete.stopped": {"leak": True, "leftovers": [{"kind": "mount", "what": "/run/runc/delete-5/rootfs"}]},
    # What a runtime prints is not to be trusted: markup, CDATA ends, escape sequences, controls, long lines.
    "hooks.state_on_stdin": runs.red(
        "the state on stdin is <script>alert(1)</script> ]]> & \"quoted\" 'single'", "JSON with \"id\"", "\u001b[31mred\u001b[0m \u0007 {{title}} naïve ☃",
        err="<img src=x onerror=alert(1)>\r\nline two\t]]>\u0001\u007f\n" + "x" * 300 + "\n", exit_code=2,
        diff=[{"op": "add", "path": "/hooks/prestart/0", "value": {"path": "/bin/sh", "args": ["sh", "-c", "cat > '/tmp/a b'"]}}]),
}


def main():
    write("refrun", log(header("refrun", "0.1.0", "/usr/bin/refrun", PLAN, "a1"), runs.REFRUN))
    write("runc", log(header("runc", "1.1.5", "/usr/sbin/runc", PLAN, "b2"), runs.RUNC))
    write("runc-before", log(header("runc", "1.1.4", "/usr/sbin/runc", PLAN, "b1", "2026-10-02T08:00:00Z"), runs.RUNC_OLD))
    write("crun", log(header("crun", "1.8.1", "/usr/bin/crun", PLAN, "c3"), runs.CRUN))
    write("small", log(header("runc", "1.1.5", "/usr/sbin/runc", small_plan(), "d4"), SMALL))
    write("interrupted", log(header("runc", "1.1.5", "/usr/sbin/runc", small_plan(), "e5"), SMALL, interrupted_after=5))
    write("clean", log(header("refrun", "0.1.0", "/usr/bin/refrun", small_plan(), "f6"), runs.REFRUN))
    repeated = [BY_ID["kill.running"], BY_ID["kill.host_pidns_pidfd"]]
    left = runs.red("1 process is alive after kill KILL", "none", "pid 4711 (Z)")
    write("repeat", log(header("runc", "1.1.5", "/usr/sbin/runc", repeated, "07", repeat=3), {}, attempts={("kill.host_pidns_pidfd", 2): left}))
    for index in (1, 2, 3):
        part = sorted(PLAN, key=lambda entry: entry["id"])[index - 1::3]
        write(f"shard-{index}", log(header("crun", "1.8.1", "/usr/bin/crun", part, f"18-{index}", shard=(index, 3)), runs.CRUN))


if __name__ == "__main__":
    main()

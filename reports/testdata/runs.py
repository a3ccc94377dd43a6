"""What each runtime did in the fixture logs: only what differs from a pass."""

SURVIVORS = [
    {"pid": 4711, "name": "probe", "state": "S (sleeping)", "wchan": "do_sys_poll", "sig_pending": "0", "sig_blocked": "0",
     "sig_ignored": "0", "threads": 1, "cgroup": "/runproof/kill-3", "ppid": 1, "cmdline": "/probe daemon --setsid",
     "text": "4711 (probe) is alive: sleeping in do_sys_poll, child of 1, in /runproof/kill-3"},
    {"pid": 4713, "name": "probe", "state": "D (disk sleep)", "wchan": "cgroup_freeze", "sig_pending": "100", "sig_blocked": "0",
     "sig_ignored": "1000", "threads": 2, "cgroup": "/runproof/kill-3", "ppid": 4711, "cmdline": "/probe fork --until-killed"},
]

NO_V2 = "needs cgroup.v2.memory: the v2 hierarchy of this host has only hugetlb (runproof doctor says more)"

HOST = {
    "cgroup.v2_memory_max": {"outcome": "skipped", "message": NO_V2},
    "cgroup.v2_pids_max": {"outcome": "skipped", "message": NO_V2.replace("memory", "pids", 1)},
    "mounts.idmap": {"outcome": "skipped", "message": "needs mount.idmap: tmpfs of this kernel refuses MOUNT_ATTR_IDMAP"},
}


def red(text, expected, actual, err="", exit_code=0, **more):
    return {"outcome": "failed", "message": text, "failures": [{"text": text, "expected": expected, "actual": actual}],
            "err": err, "exit": exit_code, **more}


REFRUN = {
    **HOST,
    "process.io_priority": {"outcome": "passed", "took": 41.0},
    "hooks.timeout": {"outcome": "passed", "took": 1012.4},
    "features.namespaces_listed": {"outcome": "passed"},
}

RUNC_BASE = {
    **HOST,
    "config.json_duplicate_keys": red("create took a config with a repeated member", "a refusal", "exit 0"),
    "config.annotations_empty_key": {
        **red("create took an annotation with an empty key", "a refusal", "exit 0"), "outcome": "xfail",
        "expectation": {"reason": "annotations are not checked", "link": "https://github.com/opencontainers/runc/issues"}},
    "delete.created_refused": red(
        "delete of a created container succeeded", "exit other than 0, and the container still there", "exit 0, and it is gone",
        diff=[{"op": "replace", "path": "/process/args", "value": ["/probe", "wait"]}]),
    "kill.host_pidns_init_gone": red(
        "2 processes of the container are alive after kill KILL and delete",
        "every member's pidfd is readable within 2 s",
        "pid 4711 (S) and pid 4713 (D) are alive",
        err="time=\"2026-11-21T09:00:02Z\" level=warning msg=\"container is not running\"\n", exit_code=1, took=2109.3, leak=True,
        leftovers=[{"kind": "process", "what": "4711 /probe daemon --setsid"}, {"kind": "process", "what": "4713 /probe fork --until-killed"},
                   {"kind": "cgroup", "what": "/sys/fs/cgroup/pids/runproof/kill-3"}],
        diff=[{"op": "remove", "path": "/linux/namespaces/0"},
              {"op": "replace", "path": "/process/args", "value": ["/probe", "daemon", "--setsid"]}]),
    "delete.force_host_pidns": {
        "outcome": "timeout", "message": "delete --force did not return within 5 s: 2 processes are alive", "took": 5004.2, "diagnosis": SURVIVORS,
        "timed_out": True, "failures": [{"text": "delete --force did not return", "expected": "it returns within 5 s", "actual": "2 processes are alive"}],
        "diff": [{"op": "remove", "path": "/linux/namespaces/0"}]},
    "process.capabilities_unknown": {"outcome": "soft", "message": "create failed for CAP_UNKNOWN instead of warning", "exit": 1,
                                     "err": "runc create failed: unknown capability \"CAP_UNKNOWN\"\n",
                                     "failures": [{"text": "create failed", "expected": "exit 0 and a warning", "actual": "exit 1"}]},
    "seccomp.arch_unknown": {"outcome": "soft", "message": "an unknown architecture was ignored"},
    "cgroup.path_relative": {"outcome": "info", "message": "a relative cgroupsPath is placed beside the caller's cgroup"},
    "process.io_priority": {"outcome": "unsupported", "message": "features does not list linux.ioPriority"},
    "features.schema_valid": {"outcome": "passed", "took": 22.0},
    "hooks.timeout": {"outcome": "passed", "took": 1051.0},
    "hooks.poststop_failure_warns": red("delete failed after a failing poststop hook", "exit 0 and a warning", "exit 1", exit_code=1,
                                        err="level=error msg=\"error running poststop hook #0: exit status 3\"\n"),
}

RUNC = {
    **RUNC_BASE,
    "kill.paused": {"outcome": "xpass", "message": "passed, although the expectations say it fails: remove the entry",
                    "expectation": {"reason": "fails on a v1 freezer", "link": "https://github.com/opencontainers/runc/pull"}},
    "state.pid_reuse": {"outcome": "flaky", "message": "passed and failed in one run"},
}
del RUNC["hooks.poststop_failure_warns"]

RUNC_OLD = {**RUNC_BASE, "kill.signal_invalid": red("kill took the signal NOSUCH", "a refusal", "exit 0")}
del RUNC_OLD["delete.force_host_pidns"]

CRUN = {
    **HOST,
    "config.json_duplicate_keys": red("create took a config with a repeated member", "a refusal", "exit 0"),
    "config.unknown_property_toplevel": {"outcome": "passed"},
    "state.field_pid_stopped": red("a stopped container has pid 5120", "no pid, or 0", "5120"),
    "lifecycle.create_no_process": red("create refused a config without process", "exit 0", "exit 1", exit_code=1,
                                       err="2026-11-21T09:10:00.000001Z: block 'process' not found\n"),
    "process.rlimits_duplicate": red("create took RLIMIT_NOFILE twice", "a refusal", "exit 0",
                                     diff=[{"op": "add", "path": "/process/rlimits/1", "value": {"type": "RLIMIT_NOFILE", "soft": 64, "hard": 64}}]),
    "process.oom_score_adj": {"outcome": "broken", "message": "the probe's reply has no completion record", "exit": 0},
    "mounts.relative_destination": {"outcome": "soft", "message": "a relative destination was refused", "exit": 1,
                                    "err": "mount destination `data` is not absolute\n"},
    "cgroup.path_relative": {"outcome": "info", "message": "a relative cgroupsPath is placed at the root of each hierarchy"},
    "kill.host_pidns_kill0": {"outcome": "passed", "leak": True, "leftovers": [{"kind": "mount", "what": "/run/crun/kill-7/rootfs"}],
                              "message": ""},
    "hooks.timeout": {"outcome": "passed", "took": 1009.0},
}

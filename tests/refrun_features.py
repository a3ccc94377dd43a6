#!/usr/bin/python3
"""Tries every element that `refrun features` lists: refrun_features.py FOLDER_OF_BINARIES.

For most elements there is a conformance case of the same name; its passing is the proof. The others are tried here. An element
that neither knows is an error, and so is a case that did not pass: what is listed without being tried may be untrue."""
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile

BIN = os.path.abspath(sys.argv[1])
REFRUN, RUNPROOF, PROBE = (os.path.join(BIN, name) for name in ("refrun", "runproof", "probe"))

# No case bears these elements' names.
CASES = {
    "mountOptions/idmap": "mounts.idmap_idmap_flag",
    "mountOptions/ridmap": "mounts.idmap_ridmap_flag",
    "mountOptions/tmpcopyup": "mounts.tmpcopyup",
    "cgroup/v1": "cgroup.v1_memory_limit",
    "cgroup/v2": "cgroup.v2_memory_limit",
    "seccomp/enabled": "seccomp.action_errno",
    "seccomp/actions/SCMP_ACT_NOTIFY": "seccomp.notify_works/*",
    "mountExtensions/idmap/enabled": "mounts.idmap_simple",
    "netDevices/enabled": "netdev.*",
    "annotations/org.opencontainers.runproof.refrun.wasm": "wasm.module_runs",
    "intelRdt/enabled": "rdt.*",
    "apparmor/enabled": "process.apparmor_missing",
    "selinux/enabled": "process.selinux_invalid",
}

# What this says is tried elsewhere, on directories and daemons that stand in for what a host has or has not.
TESTS = {
    "cgroup/systemd": "systemd_root_test",
    "cgroup/systemdUser": "systemd_root_test",
    "cgroup/rdma": "cgroup_rules_test",
    "intelRdt/schemata": "resctrl_test",
    "intelRdt/monitoring": "resctrl_test",
}


def case_of(element):
    kind, _, name = element.rpartition("/")
    return CASES.get(element) or {
        "hooks": f"hooks.{name.lower()}_invoked",
        "mountOptions": f"mounts.opt_{name}",
        "namespaces": f"ns.{name}_new",
        "seccomp/actions": f"seccomp.action_{name.removeprefix('SCMP_ACT_').lower()}",
        "seccomp/operators": f"seccomp.op_{name.removeprefix('SCMP_CMP_').lower()}",
    }.get(kind)


def elements(features):
    """("hooks/prestart", …): lists by their elements, objects by their members; what is false is not claimed."""
    def walk(at, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(f"{at}/{key}", inner)
        elif isinstance(value, list):
            yield from (f"{at}/{word}" for word in value)
        elif value is not False:
            yield at
    for key in ("hooks", "mountOptions", "annotations"):
        yield from walk(key, features[key])
    for key, value in features["linux"].items():
        yield from walk(key, value)


def run_probe(change, *verb):
    """What the probe says in a container whose config has been changed."""
    work = tempfile.mkdtemp(prefix="refrun-features-")
    try:
        os.makedirs(f"{work}/rootfs/proc")
        shutil.copy(PROBE, f"{work}/rootfs/probe")
        config = {
            "ociVersion": "1.3.0", "root": {"path": "rootfs"},
            "process": {"cwd": "/", "args": ["/probe", *verb], "user": {"uid": 0, "gid": 0}},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
            "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]},
        }
        change(config)
        with open(f"{work}/config.json", "w") as file:
            json.dump(config, file)
        command = [REFRUN, "--root", f"{work}/state", "run", "--bundle", work, os.path.basename(work)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"exit {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout.splitlines()[0])
    finally:
        shutil.rmtree(work)


def capability(name):
    """The last one that the kernel has is in cap_last_cap; one that is not in our own bounding set cannot be given."""
    def change(config):
        config["process"]["capabilities"] = {of: [name] for of in ("bounding", "effective", "permitted")}
    assert run_probe(change, "caps")["effective"] == [name]


def own_capability(number):
    return ctypes.CDLL(None).prctl(23, number, 0, 0, 0) == 1  # PR_CAPBSET_READ


def seccomp_with(**more):
    def change(config):
        config["linux"]["seccomp"] = {
            "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getpriority"], "action": "SCMP_ACT_ERRNO", "errnoRet": 7}], **more}
    assert run_probe(change, "call", "getpriority")["raised"] == 7


# set_mempolicy(2): which modes take nodes, and what get_mempolicy(2) then says
MODES = {"MPOL_DEFAULT": (None, 0), "MPOL_PREFERRED": ("0", 1), "MPOL_BIND": ("0", 2), "MPOL_INTERLEAVE": ("0", 3), "MPOL_LOCAL": (None, 4),
         "MPOL_PREFERRED_MANY": ("0", 5), "MPOL_WEIGHTED_INTERLEAVE": ("0", 6)}


def memory_policy(mode, flags=()):
    nodes, number = MODES[mode]
    def change(config):
        config["linux"]["memoryPolicy"] = {"mode": mode, "flags": list(flags), **({"nodes": nodes} if nodes else {})}
    said = run_probe(change, "memory_policy")
    assert said["mode"] & 0xff == number, said
    return said


def try_here(element, features):
    """Whether the element is one of those that are tried here; raises where it does not work."""
    kind, _, name = element.rpartition("/")
    if kind == "capabilities":
        number = features["linux"]["capabilities"].index(name)
        if own_capability(number):
            capability(name)
        else:
            print(f"  {element}: not given to us, so it cannot be given on")
    elif kind == "seccomp/archs":
        seccomp_with(architectures=[name])
    elif kind in ("seccomp/knownFlags", "seccomp/supportedFlags"):
        seccomp_with(flags=[name])
    elif kind == "memoryPolicy/modes":
        memory_policy(name)
    elif kind == "memoryPolicy/flags":
        assert memory_policy("MPOL_BIND", [name])["mode"] & ~0xff, "the policy does not have it"
    elif element == "annotations/org.opencontainers.runproof.refrun.version":
        version = subprocess.run([REFRUN, "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
        assert features["annotations"]["org.opencontainers.runproof.refrun.version"] == version
    else:
        return False
    return True


def all_cases():
    lines = subprocess.run([RUNPROOF, "list"], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[0] for line in lines if line.strip()}


def run_cases(patterns):
    """The outcomes of the cases: {id: (outcome, why)}."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as log:
        subprocess.run([RUNPROOF, "run", "--runtime", REFRUN, "--log", log.name, *sorted(patterns)], stdout=subprocess.DEVNULL)
        events = [json.loads(line) for line in open(log.name)]
    return {event["id"]: event for event in events if event["event"] == "result"}


def matches(pattern, case):
    return case == pattern or (pattern.endswith("*") and case.startswith(pattern[:-1]))


def main():
    features = json.loads(subprocess.run([REFRUN, "features"], capture_output=True, check=True).stdout)
    wanted, wrong, elsewhere = {}, [], []
    listed, cases = list(elements(features)), all_cases()
    for element in listed:
        try:
            if try_here(element, features):
                continue
        except (AssertionError, KeyError) as error:
            wrong.append(f"{element}: {error!r}")
            continue
        if element in TESTS:
            elsewhere.append(f"{element} ({TESTS[element]})")
        elif any(matches(case_of(element) or "", case) for case in cases):
            wanted[element] = case_of(element)
        else:
            wrong.append(f"{element}: nothing tries it")
    results = run_cases(set(wanted.values()))
    for element, pattern in wanted.items():
        outcomes = {case: event["outcome"] for case, event in results.items() if matches(pattern, case)}
        if not outcomes:
            wrong.append(f"{element}: {pattern} said nothing")
        skipped = [case for case, outcome in outcomes.items() if outcome == "skipped"]
        failed = [case for case, outcome in outcomes.items() if outcome not in ("passed", "info", "skipped")]
        wrong += [f"{element}: {case} {outcomes[case]}" for case in failed]
        if skipped and len(skipped) == len(outcomes):
            elsewhere.append(f"{element} ({skipped[0]} needs another host)")
    print(f"{len(listed)} elements; tried elsewhere: {', '.join(elsewhere) or 'none'}")
    for line in wrong:
        print("NOT TRUE", line)
    sys.exit(1 if wrong or not listed else 0)


main()

#!/usr/bin/python3
"""Puts a profile as docker and podman keep it into a bundle's config, resolved for this machine and the config's capabilities:
seccomp_profile.py PROFILE.json CONFIG.json."""
import json
import os
import sys

ARCHES = {"x86_64": ("amd64", "SCMP_ARCH_X86_64"), "aarch64": ("arm64", "SCMP_ARCH_AARCH64")}


def at_least(version):
    here = os.uname().release.split("-")[0].split(".")
    return [int(n) for n in here[:2]] >= [int(n) for n in version.split(".")[:2]]


def applies(rule, arch, capabilities):
    includes, excludes = rule.get("includes") or {}, rule.get("excludes") or {}
    if any(arch not in each.get("arches", [arch]) for each in [includes]) or arch in excludes.get("arches", []):
        return False
    if not set(includes.get("caps") or []) <= capabilities or set(excludes.get("caps") or []) & capabilities:
        return False
    return at_least(includes.get("minKernel") or "0.0")


profile, config = (json.load(open(name)) for name in sys.argv[1:3])
arch, scmp_arch = ARCHES[os.uname().machine]
subs = next(entry["subArchitectures"] for entry in profile["archMap"] if entry["architecture"] == scmp_arch)
capabilities = set(config["process"]["capabilities"]["bounding"])
rules = []
for rule in profile["syscalls"]:
    if not applies(rule, arch, capabilities):
        continue
    kept = {key: rule[key] for key in ("names", "action", "errnoRet") if rule.get(key) is not None}
    if rule.get("args"):
        kept["args"] = [{key: arg[key] for key in ("index", "value", "valueTwo", "op") if key in arg} for arg in rule["args"]]
    rules.append(kept)
config["linux"]["seccomp"] = {"defaultAction": profile["defaultAction"], "architectures": [scmp_arch] + (subs or []), "syscalls": rules}
if profile.get("defaultErrnoRet"):
    config["linux"]["seccomp"]["defaultErrnoRet"] = profile["defaultErrnoRet"]
json.dump(config, open(sys.argv[2], "w"), indent=1)

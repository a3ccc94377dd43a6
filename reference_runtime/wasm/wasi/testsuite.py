#!/usr/bin/python3
"""testsuite.py WASM_RUN FOLDER: runs the tests for preview 1 in a checkout of WebAssembly/wasi-testsuite that has the built modules.

Exits 77 where there are none."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def complaints(wasm_run: str, module: Path) -> list[str]:
    """What of a test's specification (doc/specification.md there) does not hold."""
    specification = module.with_suffix(".json")
    wanted = json.loads(specification.read_text()) if specification.exists() else {}
    command = [wasm_run, *(f"--env={name}={value}" for name, value in wanted.get("env", {}).items())]
    with tempfile.TemporaryDirectory() as scratch:
        if "root" in wanted:
            shutil.copytree(module.parent / wanted["root"], f"{scratch}/root")
            command += [f"--dir={scratch}/root=/"]
        done = subprocess.run([*command, module, *wanted.get("args", [])], capture_output=True, text=True, timeout=60, check=False)
    found = {"exit_code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
    expected = {"exit_code": 0} | {member: wanted[member] for member in found if member in wanted}
    said = [f"{member}: {found[member]!r}" for member in expected if found[member] != expected[member]]
    if said:
        said.append(done.stderr.strip())
    unknown = wanted.keys() - {"root", "args", "env", *found}
    return said + [f"the specification has {member}" for member in sorted(unknown)]


def main(wasm_run: str, folder: str) -> int:
    modules = sorted(Path(folder).glob("**/testsuite/wasm32-wasip1/*.wasm"))
    if not modules:
        print(f"skipped: no built tests of wasi-testsuite in {folder}")
        return 77
    failed = 0
    for module in modules:
        said = complaints(wasm_run, module)
        failed += bool(said)
        if said:
            print(f"{module.relative_to(folder)}: " + "; ".join(said))
    print(f"{len(modules)} tests, {failed} failed")
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))

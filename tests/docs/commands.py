#!/usr/bin/python3
"""commands.py SOURCE BUILD: runs the commands that the documentation shows, as they stand there, but with few cases and few repetitions.

Exits 77 where there is no root or a runtime is missing that they name."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

PAGES = ("getting-started", "adding-a-runtime", "expectations", "ci-recipes", "writing-a-case", "lanes", "pytest")
COMMAND = re.compile(r"^    ((?:build/bin/)?runproof .*|pytest .*|PYTHONPATH=.*|cd docs/.*)$", re.MULTILINE)
RUN = re.compile(r"(?P<run>runproof run)(?! --runtime runc state$)|pytest(?= --oci)", re.MULTILINE)


def briefly(command: str) -> str:
    few = RUN.sub(lambda found: "runproof run --clause 'runtime.md#kill' --level must" if found["run"] else "pytest -k 'stopped_error or field_id'", command)
    return few.replace("--repeat 50", "--repeat 2").replace("kill.my_claim", "kill.stopped_error")


def fine_codes(command: str) -> tuple[int, ...]:
    """1: a runtime does not conform, an expectation is not looked into; 4: nothing failed that could be run again."""
    if "--rerun-failed" in command:
        return (0, 1, 4)
    return (0, 1) if re.search(r"runc|crun|diff|verdict|check", command) else (0,)


class Desk:
    """A directory as a reader of the documentation has it, and what has gone wrong in it."""

    def __init__(self, folder: Path, source: Path, build: Path) -> None:
        folder.chmod(0o755)  # --rootless runs the runtime as somebody else
        scratch = folder / "scratch"
        scratch.mkdir()
        folder = folder / "desk"
        folder.mkdir()
        self.folder, self.failed, self.ran = folder, 0, 0
        (folder / "build").symlink_to(build)
        (folder / "docs").symlink_to(source / "docs")
        shutil.copy(build / "bin/refrun", folder / "my-runtime")
        shutil.copytree(source / "expectations", folder / "expectations")  # one of the commands writes there
        (folder / "pytest").write_text('#!/bin/sh\nexec /usr/bin/python3 -m pytest -p no:cacheprovider "$@"\n')
        (folder / "pytest").chmod(0o755)
        path = f"{folder}:{build}/bin:{os.environ['PATH']}:/usr/sbin:/sbin"
        self.environment = os.environ | {"PATH": path, "TMPDIR": str(scratch), "PYTHONPATH": f"{build}/python", "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, command: str, codes: tuple[int, ...], **environment: str) -> None:
        done = subprocess.run(
            ["sh", "-euc", command], cwd=self.folder, env=self.environment | environment, capture_output=True, text=True, timeout=300, check=False
        )
        self.ran += 1
        if done.returncode not in codes:
            self.failed += 1
            print(f"exit {done.returncode}: {command}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def try_pages(desk: Desk, docs: Path) -> None:
    for page in PAGES:
        for command in COMMAND.findall((docs / f"{page}.md").read_text()):
            desk.run(briefly(command), fine_codes(command))


def try_indexed_job(desk: Desk, examples: Path) -> None:
    job = yaml.safe_load((examples / "indexed-job.yaml").read_text())["spec"]
    (shell, options, script) = job["template"]["spec"]["containers"][0]["command"]
    (desk.folder / "logs").mkdir()
    for index in range(job["completions"]):
        inside = briefly(script.replace("/logs/", "logs/"))
        desk.run(f"{shell} {options} '{inside.replace(chr(39), chr(34))}'", (0,), JOB_COMPLETION_INDEX=str(index))
    desk.run("runproof merge logs/shard-*.jsonl -o merged.jsonl && runproof report --verdict merged.jsonl", (0, 1))


def try_workflow(desk: Desk, examples: Path) -> None:
    workflow = yaml.safe_load((examples / "github-actions.yml").read_text())
    jobs = workflow["jobs"]
    indices = jobs["shard"]["strategy"]["matrix"]["index"]
    if indices != list(range(1, workflow["env"]["SHARDS"] + 1)):
        desk.failed += 1
        print(f"the matrix has {indices}, SHARDS is {workflow['env']['SHARDS']}")
    for job, values in (("shard", indices), ("report", [0])):
        for value in values:
            for step in jobs[job]["steps"]:
                script = step.get("run", "apt-get").replace("${{ matrix.index }}", str(value))
                if "apt-get" not in script:
                    desk.run(briefly(script), fine_codes(script) if job == "report" else (0,), SHARDS=str(len(indices)))


def main(source: Path, build: Path) -> int:
    lacking = [name for name in ("runc", "crun") if not shutil.which(name, path="/usr/sbin:/usr/bin")]
    if os.getuid() != 0 or lacking:
        print(f"skipped: {', '.join(lacking)} not here" if lacking else "skipped: needs root")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), source, build)
        try_pages(desk, source / "docs")
        try_indexed_job(desk, source / "docs/examples/ci")
        try_workflow(desk, source / "docs/examples/ci")
    print(f"{desk.ran} commands, {desk.failed} failed")
    return 1 if desk.failed else 0


sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))

"""The program `runproof`, asked for its cases and told to run one."""

import fcntl
import json
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from _runproof import CaseRun, LogError, read_log

LEVELS = ("must", "should", "may", "descr", "cli", "hardening", "vendor")


class SuiteError(Exception):
    """What was asked for cannot be, or the program could not do its job: its own words."""


@dataclass(frozen=True)
class KnownCase:
    """A case as `runproof list --json` shows it."""

    id: str
    area: str
    level: str
    clause: str
    claim: str
    lock: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Suite:
    """The program and the options that each of its runs gets."""

    program: Path
    selection: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    locks: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))

    def cases(self) -> list[KnownCase]:
        done = subprocess.run(
            [self.program, "list", "--json", *self.selection], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode == 4:
            return []
        if done.returncode != 0:
            raise SuiteError(done.stderr.strip() or f"{self.program} list: exit {done.returncode}")
        return [
            KnownCase(one["id"], one["area"], one["level"], one["clause"], one["claim"], one["lock"], tuple(one["tags"]))
            for one in json.loads(done.stdout)
        ]

    def check_expectations(self, file: Path, runtime: Path) -> None:
        """Raises SuiteError where a run of this runtime would refuse them."""
        done = subprocess.run(
            [self.program, "expectations", "check", "--runtime", runtime, file], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):  # 1: one has expired or nobody has looked into it, which the run says too
            raise SuiteError(done.stderr.strip() or f"{self.program} expectations check: exit {done.returncode}")

    def run(self, case: KnownCase, runtime: Path, options: tuple[str, ...] = ()) -> CaseRun:
        """Runs one case. KeyboardInterrupt passes through when what the case had made is gone."""
        with tempfile.TemporaryDirectory(prefix="runproof-log-") as folder, self._lock(case.lock):
            log = Path(folder) / "log.jsonl"
            argv = [self.program, "run", "--runtime", runtime, "--jobs", "1", "--log", log, *self.options, *options, case.id]
            said = _run_to_end(argv)
            try:
                return read_log(log).cases[0]
            except (LogError, OSError) as error:
                raise SuiteError(said.strip() or str(error)) from None

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        """Cases with the same lock never overlap, in whatever process of this machine they run; beside one with "alone" none runs."""
        with ExitStack() as held:

            # Every case takes this one, so it is on a file that is there anyway.
            fcntl.flock(held.enter_context(open(self.program, "rb")), fcntl.LOCK_EX if name == "alone" else fcntl.LOCK_SH)
            if name not in ("", "alone"):
                fcntl.flock(held.enter_context(open(self.locks / f"runproof-{name}.lock", "w", encoding="ascii")), fcntl.LOCK_EX)
            yield


def _run_to_end(argv: list[str | Path]) -> str:
    """What it said. In a process group of its own: a Ctrl-C at the terminal reaches it once, from here."""
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
    ) as process:
        try:
            said, _ = process.communicate()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.communicate()
            raise
    return said

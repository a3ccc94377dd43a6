"""The plugin's command line."""

import argparse
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from runproof.program import find_program
from runproof.suite import LEVELS, KnownCase, Suite, SuiteError


@dataclass(frozen=True)
class RuntimeUnderTest:
    """A runtime that --oci-runtime names."""

    name: str
    path: Path
    options: tuple[str, ...] = ()


SUITE = pytest.StashKey[Suite | None]()
CASES = pytest.StashKey[list[KnownCase]]()
RUNTIMES = pytest.StashKey[list[RuntimeUnderTest]]()


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("oci", "OCI runtime conformance (Runproof)")

    def several(name: str, what: str, metavar: str) -> None:
        group.addoption(f"--oci-{name}", action="append", default=[], metavar=metavar, help=what)

    several("runtime", "Collect the conformance cases for this runtime: a path, or a name in PATH. Several give a matrix", "PATH")
    several("select", "Only cases by id or glob: kill.stopped_error, 'kill.*', kill", "ID")
    several("clause", "Only cases for a clause, id or glob: runtime.md#kill", "CLAUSE")
    several("level", f"Only this level: {', '.join(LEVELS)}", "LEVEL")
    several("tag", "Only cases with this tag", "TAG")
    group.addoption("--oci-profile", choices=["spec", "compat"], default="spec", help="Where spec and common practice contradict each other")
    group.addoption(
        "--oci-expectations", metavar="PATH", help="Failures that are expected: a file, or a directory of files NAME.json by the runtime's name"
    )
    group.addoption("--oci-wait", choices=["auto", "pidfd", "kill0"], default="auto", help="How to see that a process is gone")
    group.addoption("--oci-timeout", metavar="SECONDS", type=seconds, help="For each case, in place of its own limit")
    group.addoption("--oci-repeat", metavar="N", type=count, help="Run each case N times: where both outcomes are seen it is flaky, and fails")
    group.addoption("--oci-keep", action="store_true", help="Leave bundles and scratch directories of the cases; the results say where")
    group.addoption("--oci-program", metavar="PATH", help="The program runproof, or one built with cases of your own; default: $RUNPROOF, or as installed")


def seconds(text: str) -> float:
    """Of --oci-timeout; argparse names the function where the text is no number."""
    if (value := float(text)) > 0:
        return value
    raise argparse.ArgumentTypeError(f"not more than 0: {text}")


def count(text: str) -> int:
    """Of --oci-repeat."""
    if (value := int(text)) > 0:
        return value
    raise argparse.ArgumentTypeError(f"not more than 0: {text}")


def read_suite(config: pytest.Config) -> Suite:
    option = config.option
    selection = [*option.oci_select, "--profile", option.oci_profile]
    for name in ("clause", "level", "tag"):
        for value in getattr(option, f"oci_{name}"):
            selection += [f"--{name}", value]
    options = ["--profile", option.oci_profile, "--wait", option.oci_wait]
    if option.oci_timeout:
        options += ["--timeout", str(option.oci_timeout)]
    if option.oci_repeat:
        options += ["--repeat", str(option.oci_repeat)]
    if option.oci_keep:
        options.append("--keep")
    return Suite(find_program(option.oci_program), tuple(selection), tuple(options))


def read_runtimes(config: pytest.Config, suite: Suite) -> list[RuntimeUnderTest]:
    paths = list(dict.fromkeys(_runtime_path(given) for given in config.option.oci_runtime))
    names = [path.name for path in paths]
    return [
        RuntimeUnderTest(name if names.count(name) == 1 else str(path), path, _expectations(config, suite, name, path))
        for name, path in zip(names, paths, strict=True)
    ]


def _runtime_path(given: str) -> Path:
    found = shutil.which(given, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"]))
    if found:
        return Path(found).absolute()
    why = "is not an executable program" if Path(given).exists() else "no such program"
    raise SuiteError(f"--oci-runtime {given}: {why}")


def _expectations(config: pytest.Config, suite: Suite, name: str, path: Path) -> tuple[str, ...]:
    given = config.option.oci_expectations
    if not given:
        return ()
    file = Path(given) / f"{name}.json" if Path(given).is_dir() else Path(given)
    if not file.exists() and not Path(given).is_dir():
        raise SuiteError(f"--oci-expectations {given}: no such file")
    if not file.exists():
        return ()
    suite.check_expectations(file, path)
    return ("--expectations", str(file.absolute()))

"""pytest --oci-runtime=/usr/sbin/runc: an item for each conformance case, and fixtures for tests of one's own."""

from collections.abc import Iterator

import pytest

from runproof.program import ProgramMissing
from runproof.pytest_plugin.fixtures import oci_bundle, oci_container, oci_runtime, oci_serving, oci_session, show_commands
from runproof.pytest_plugin.items import runtime_nodes
from runproof.pytest_plugin.options import CASES, RUNTIMES, SUITE, add_options, read_runtimes, read_suite
from runproof.suite import LEVELS, SuiteError

__all__ = ["oci_bundle", "oci_container", "oci_runtime", "oci_serving", "oci_session"]


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "oci: a conformance case of Runproof")
    config.addinivalue_line("markers", "clause(id): the clause of the runtime-spec that a conformance case is about")
    for level in LEVELS:
        config.addinivalue_line("markers", f"level_{level}: a conformance case of this level")
    try:
        suite = read_suite(config) if config.option.oci_runtime else None  # a run without the option looks for nothing
        config.stash[RUNTIMES] = read_runtimes(config, suite) if suite else []
        cases = suite.cases() if suite else []
    except (ProgramMissing, SuiteError) as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[SUITE], config.stash[CASES] = suite, cases
    for area in sorted({case.area for case in cases}):
        config.addinivalue_line("markers", f"area_{area}: a conformance case of this area")


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    outcome = yield
    if isinstance(collector, pytest.Session):
        outcome.get_result().result.extend(runtime_nodes(collector))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    runtimes = metafunc.config.stash[RUNTIMES]
    if "oci_runtime" in metafunc.fixturenames and runtimes:
        metafunc.parametrize("oci_runtime", runtimes, indirect=True, scope="session", ids=[runtime.name for runtime in runtimes])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    show_commands(item, outcome.get_result())


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [f"oci runtime: {runtime.path}" for runtime in config.stash[RUNTIMES]]

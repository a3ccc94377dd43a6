"""Fixtures for tests of one's own against the runtimes of --oci-runtime."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from _runproof import Bundle, Config, Container, Runtime, Serving, Session, identify_runtime

from runproof.pytest_plugin.options import RUNTIMES
from runproof.session import new_session

Wanted = Config | Sequence[str]


def _config(wanted: Wanted) -> Config:
    return wanted if isinstance(wanted, Config) else Config.minimal(list(wanted))


@pytest.fixture(scope="session")
def oci_runtime(request: pytest.FixtureRequest) -> Runtime:
    """The runtime under test: each of --oci-runtime in turn. Without that option the test is skipped."""
    if not request.config.stash[RUNTIMES]:
        pytest.skip("no runtime to test: say --oci-runtime PATH")
    return identify_runtime(str(request.param.path))


@pytest.fixture
def oci_session(request: pytest.FixtureRequest, oci_runtime: Runtime) -> Iterator[Session]:
    """Names and directories of this test's own. What its containers leave behind is an error at its end."""
    option = request.config.option
    session = new_session(oci_runtime, option.oci_program, option.oci_wait, option.oci_keep)
    yield session
    left = session.close()
    if left:
        pytest.fail("left behind: " + "; ".join(map(repr, left)), pytrace=False)


@pytest.fixture
def oci_bundle(oci_session: Session) -> Callable[[Wanted], Bundle]:
    """oci_bundle(config): a bundle on disk. For a list of words: the smallest configuration that runs them."""
    return lambda wanted: oci_session.bundle(_config(wanted))


@pytest.fixture
def oci_container(oci_session: Session) -> Callable[[Wanted | Bundle], Container]:
    """oci_container(config, words or bundle): a container, named and not yet created; killed and deleted after the test."""

    def make(wanted: Wanted | Bundle) -> Container:
        return oci_session.container(wanted if isinstance(wanted, Bundle) else oci_session.bundle(_config(wanted)))

    return make


@pytest.fixture
def oci_serving(oci_session: Session) -> Callable[..., Serving]:
    """oci_serving(config): a container that runs, whose init does what `ask` and `tell` say. Without a config: the smallest."""

    def make(config: Config | None = None) -> Serving:
        box = oci_session.serving(config or Config.minimal([]))
        created = box.create()
        assert created.ok, created
        box.serve()
        return box

    return make


def show_commands(item: pytest.Item, report: pytest.TestReport) -> None:
    """Adds to a failure what was asked of the runtime, and how it answered."""
    session = getattr(item, "funcargs", {}).get("oci_session")
    if report.when == "call" and report.failed and session is not None:
        report.sections.append(("Runtime commands", "\n".join(map(repr, session.commands))))

"""A session with a runtime, closed at the end of a block."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike

from _runproof import CaseFailed, Runtime, Session, companion, identify_runtime

from runproof.program import find_program


def new_session(runtime: Runtime, program: str | None = None, wait: str = "auto", keep: bool = False) -> Session:
    """A session, with the probe that comes with `program` (find_program)."""
    return Session(runtime, companion("probe", find_program(program)), wait, keep)


@contextmanager
def open_session(runtime: Runtime | str | PathLike[str], program: str | None = None, wait: str = "auto", keep: bool = False) -> Iterator[Session]:
    """A session for a `with` block. Raises CaseFailed at its end where something was left behind.

    `runtime` is a path, a name in PATH, or what identify_runtime gave."""
    known = runtime if isinstance(runtime, Runtime) else identify_runtime(str(runtime))
    session = new_session(known, program, wait, keep)
    try:
        yield session
    finally:
        left = session.close()
    if left:
        raise CaseFailed("left behind: " + "; ".join(map(repr, left)))

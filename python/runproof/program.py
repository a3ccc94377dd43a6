"""Where the program `runproof` is."""

import os
import shutil
from pathlib import Path


class ProgramMissing(Exception):
    """There is no program `runproof`; the text says where it was looked for."""


def find_program(given: str | None = None) -> Path:
    """The program `given`, else $RUNPROOF, else the one installed with this package, else the first in PATH."""
    named = given or os.environ.get("RUNPROOF")
    if named:
        found = shutil.which(named)
        if not found:
            raise ProgramMissing(f"{named}: no such program")
        return Path(found).absolute()
    for parent in Path(__file__).resolve().parents:
        if os.access(parent / "bin" / "runproof", os.X_OK):
            return parent / "bin" / "runproof"
    found = shutil.which("runproof")
    if not found:
        raise ProgramMissing("no program runproof beside this package or in PATH: name it by $RUNPROOF")
    return Path(found).absolute()

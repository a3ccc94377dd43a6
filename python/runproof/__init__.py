"""Runproof from Python: the cases and their clauses, event logs, and the harness for tests of one's own.

The harness drives one runtime in a Session:

    from runproof import Config, open_session

    with open_session("/usr/sbin/runc") as session:
        box = session.container(session.bundle(Config.minimal(["/probe", "exit", "3"])))
        assert box.create().ok and box.start().ok
        box.await_status("stopped")

Every wait is for an event of the kernel and leaves the interpreter to other threads. No call forks: programs start by vfork(2) and
execve(2). The process becomes a child subreaper (prctl(2)), and reaps the inits of its containers alone.
"""

from _runproof import (
    Answer,
    Broken,
    Bundle,
    Case,
    CaseFailed,
    CaseRun,
    Cgroup,
    ChannelError,
    Clause,
    Config,
    Container,
    Diagnosis,
    Finished,
    HookKind,
    Leftover,
    Log,
    LogError,
    Mortal,
    MountEntry,
    Namespace,
    ProcessStat,
    ProcessStatus,
    Result,
    Runtime,
    Serving,
    Session,
    Unsupported,
    __version__,
    await_all_dead,
    await_file,
    await_frozen,
    await_thawed,
    await_unpopulated,
    cases,
    cgroup_of,
    cgroups_at,
    cgroups_of,
    children_of,
    clauses,
    cmdline_of,
    environ_of,
    identify_runtime,
    link_of,
    mounts_of,
    namespaces_of,
    parse_log,
    proc_stat,
    proc_status,
    read_log,
    threads_of,
)

from runproof.program import ProgramMissing, find_program
from runproof.session import open_session

__all__ = [name for name in dir() if not name.startswith("_")] + ["__version__"]

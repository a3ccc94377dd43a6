"""Containers of refrun, driven from Python: as root."""

import ctypes
import gc
import os
import signal
import subprocess
import threading

import pytest
import runproof
from runproof import Config

REFRUN = os.environ.get("RUNPROOF_RUNTIME") or str(runproof.find_program().parent / "refrun")

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


@pytest.fixture
def session():
    with runproof.open_session(REFRUN) as opened:
        yield opened


def test_a_whole_life(session):
    box = session.container(session.bundle(Config.minimal(["/probe", "exit", "3"])))
    assert box.create().ok and box.status == "created"
    assert box.start().ok
    box.await_status("stopped")
    assert box.kill("TERM").refused and box.kill(signal.SIGTERM).refused
    assert box.delete().ok and not box.known and box.traces() == []
    assert [command.argv[7] for command in session.commands if "create" in command.argv] == ["create"]


def test_init_does_what_it_is_told(session):
    box = session.serving(Config.minimal([]).hostname("from-python"))
    assert box.create().ok
    box.serve()
    assert box.ask(["ids"])["uid"]["real"] == 0
    assert runproof.namespaces_of(box.pid)["uts"] != runproof.namespaces_of(os.getpid())["uts"]
    assert [one.pid for one in box.members()] == [box.pid]
    assert box.init.alive and box.kill("KILL").ok
    assert box.init.await_death(10) and not box.init.alive


def test_both_wait_strategies_see_a_death(session):
    for wait in ("pidfd", "kill0"):
        with session.serving(Config.minimal([])) as box:
            assert box.create().ok
            box.serve()
            watched = box.members()
            assert box.kill("KILL").ok
            assert runproof.await_all_dead(watched, 10, wait) == []


def test_closing_kills_and_deletes(session):
    box = session.serving(Config.minimal([]))
    assert box.create().ok
    box.serve()
    init, groups = box.init.pid, box.cgroups
    box.close()
    assert runproof.proc_stat(init) is None and not any(group.exists for group in groups)
    with pytest.raises(RuntimeError, match="closed"):
        box.start()


def test_a_container_that_is_forgotten_goes_too(session):
    box = session.serving(Config.minimal([]))
    assert box.create().ok
    pid = box.pid
    del box
    gc.collect()
    assert runproof.proc_stat(pid) is None


def test_what_is_left_behind_is_found():
    with pytest.raises(runproof.CaseFailed, match="left behind: .*cgroup"), runproof.open_session(REFRUN) as session:
        box = session.container(session.bundle(Config.minimal(["/probe", "true"])))
        box.expect_nothing_left()
        assert box.create().ok


def test_a_bad_config_is_refused_cleanly(session):
    bundle = session.bundle(Config.minimal([]))
    bundle.write_raw("{")
    answer = session.container(bundle).create()
    assert answer.refused and answer.left_behind == []


def test_other_threads_run_while_one_waits(session):
    box = session.serving(Config.minimal([]))
    assert box.create().ok
    box.serve()
    waiting, outcome = threading.Event(), []

    def wait():
        waiting.set()
        outcome.append(box.init.await_death(30))

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(10)
    assert box.ask(["ids"])["done"]  # a wait that kept the interpreter would keep this from being asked
    assert box.kill("KILL").ok
    thread.join(30)
    assert outcome == [True]


def test_threads_share_a_session(session):
    ended = []

    def live():
        box = session.container(session.bundle(Config.minimal(["/probe", "true"])))
        ended.append(box.run().exit)

    threads = [threading.Thread(target=live) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert ended == [0] * 8


def test_two_runtimes_side_by_side(session):
    with runproof.open_session(REFRUN) as other:
        boxes = [each.container(each.bundle(Config.minimal(["/probe", "true"]))) for each in (session, other)]
        assert [box.create().ok for box in boxes] == [True, True]
        assert boxes[0].id != boxes[1].id
        assert boxes[0].call(["state", boxes[1].id]).refused


def test_nothing_forks(session):
    calls = []
    count = ctypes.CFUNCTYPE(None)(lambda: calls.append(1))
    assert ctypes.CDLL(None).__register_atfork(count, None, None, None) == 0
    box = session.container(session.bundle(Config.minimal(["/probe", "true"])))
    assert box.run().ok
    assert calls == []
    os.waitpid(os.fork() or os._exit(0), 0)
    assert calls == [1], "or the count would prove nothing"


def test_children_of_ones_own_are_left_alone(session):
    child = subprocess.Popen(["sh", "-c", "exit 7"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    box = session.container(session.bundle(Config.minimal(["/probe", "true"])))
    assert box.create().ok and box.start().ok
    box.await_status("stopped")
    assert child.wait() == 7


def test_no_signal_is_blocked(session):
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_ctrl_c_ends_a_wait(tmp_path):
    alarm = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        runproof.await_file(tmp_path / "never", 60)
    alarm.join()


def test_ctrl_c_ends_a_command_and_the_container_goes(session):
    box = session.serving(Config.minimal([]))
    box_name = box.id
    alarm = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        box.run()
    alarm.join()
    box.close()
    assert runproof.cgroups_at("/" + box_name) == []

"""What this platform expects of its container runtime, beyond the specification."""

from runproof import Config, proc_status


def test_the_exit_code_comes_through(oci_container):
    box = oci_container(["/probe", "exit", "42"])
    assert box.run().exit == 42


def test_a_container_has_no_new_privileges_when_asked(oci_serving):
    box = oci_serving(Config.minimal([]).set("/process/noNewPrivileges", True))
    assert proc_status(box.pid).no_new_privileges


def test_nothing_is_left_after_a_kill(oci_serving):
    box = oci_serving()
    everyone = box.members()
    assert box.kill("KILL").ok
    assert all(one.await_death(10) for one in everyone)
    assert box.delete().ok
    assert box.traces() == []

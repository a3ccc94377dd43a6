"""The plugin with the real program and refrun: as root."""

import os
import signal
import subprocess
import sys

import pytest
import runproof

PROGRAMS = runproof.find_program().parent
REFRUN = PROGRAMS / "refrun"

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="needs root")


def run(pytester, *words):
    return pytester.runpytest_subprocess("--strict-markers", "-v", *words)


@pytest.mark.parametrize("words", [[], ["-n2"]], ids=["plain", "xdist"])
def test_refrun_conforms(pytester, words):
    result = run(pytester, f"--oci-runtime={REFRUN}", "--oci-select=kill.stopped_error", "--oci-select=delete.running_refused", *words)
    count = len(runproof.cases(["kill.stopped_error", "delete.running_refused"]))
    result.assert_outcomes(passed=count)


def test_a_runtime_that_misbehaves_fails_with_evidence(pytester, monkeypatch):
    monkeypatch.setenv("REFRUN_SABOTAGE", "kill_accepts_stopped")
    result = run(pytester, f"--oci-runtime={PROGRAMS / 'refrun-sabotage'}", "--oci-select=kill.stopped_error")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*runtime.md#kill*", "*expected*", "*again*kill.stopped_error*"])


EXPECTED = '{"runtime": "refrun", "expectations": [{"id": "kill.stopped_error", "outcome": "failed", "reason": "sabotaged", "link": "https://x"}]}'


def test_expectations_are_pytests_xfails(pytester, monkeypatch):
    sabotaged = PROGRAMS / "refrun-sabotage"
    pytester.makefile(".json", **{"refrun-sabotage": EXPECTED})
    words = [f"--oci-runtime={sabotaged}", f"--oci-expectations={pytester.path}", "--oci-select=kill.stopped_error", "-rx"]
    stale = run(pytester, *words)
    stale.assert_outcomes(failed=1)
    stale.stdout.fnmatch_lines(["*XPASS(strict)*"])
    monkeypatch.setenv("REFRUN_SABOTAGE", "kill_accepts_stopped")
    result = run(pytester, *words)
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL *kill.stopped_error*sabotaged (https://x)*"])


def test_a_flaky_case_fails_with_both_evidences(pytester):
    wavers = pytester.path / "wavers"
    wavers.write_text(f"#!/bin/sh\n# The second attempt bears the number 2.\ncase \"$*\" in *-d/2/root*' state '*) exit 1 ;; esac\nexec {REFRUN} \"$@\"\n")
    wavers.chmod(0o755)
    result = run(pytester, f"--oci-runtime={wavers}", "--oci-select=state.field_id", "--oci-repeat=3", "--junitxml=junit.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*FLAKY state.field_id*", "*1 failed (2), 2 passed (1 3)*", "*state*(exit 1)*", "*but *passed in attempt 1*"])
    assert '<property name="outcome" value="flaky" />' in (pytester.path / "junit.xml").read_text()


def test_the_items_are_the_cases(pytester):
    result = pytester.runpytest_subprocess(f"--oci-runtime={REFRUN}", "--collect-only", "-q", "--oci-level=must")
    listed = [line.removeprefix("refrun::") for line in result.outlines if line.startswith("refrun::")]
    assert listed == [one.id for one in runproof.cases(levels=["must"])]


def test_fixtures_for_tests_of_ones_own(pytester):
    pytester.makepyfile(
        """
        from runproof import Config

        def test_exit(oci_container):
            box = oci_container(["/probe", "exit", "3"])
            assert box.run().exit == 3

        def test_hostname(oci_serving, oci_runtime):
            box = oci_serving(Config.minimal([]).hostname("mine"))
            assert box.ask(["ids"])["done"] and oci_runtime.name

        def test_bundle(oci_bundle, oci_container):
            bundle = oci_bundle(["/probe", "true"])
            assert (bundle.rootfs / "probe").exists()
            assert oci_container(bundle).run().ok

        def test_wrong(oci_container):
            assert oci_container(["/probe", "exit", "3"]).run().ok

        def test_untidy(oci_container):
            box = oci_container(["/probe", "true"])
            box.expect_nothing_left()
            assert box.create().ok
        """
    )
    result = pytester.runpytest_subprocess(f"--oci-runtime={REFRUN}", "--oci-select=kill.stopped_error", "-m", "not oci")
    result.assert_outcomes(passed=4, failed=1, errors=1, deselected=1)
    result.stdout.fnmatch_lines(["*left behind: *", "*Runtime commands*", "*refrun*run*"])


def test_fixtures_go_through_all_runtimes(pytester):
    second = pytester.path / "second"
    second.symlink_to(REFRUN)
    pytester.makepyfile("def test_it(oci_container): assert oci_container(['/probe', 'true']).run().ok")
    result = run(pytester, f"--oci-runtime={REFRUN}", f"--oci-runtime={second}", "-m", "not oci")
    result.assert_outcomes(passed=2, deselected=2 * len(runproof.cases()))
    result.stdout.fnmatch_lines(["*test_it*refrun*PASSED*", "*test_it*second*PASSED*"])


def test_ctrl_c_leaves_nothing(pytester, monkeypatch):
    scratch = pytester.path / "scratch"
    scratch.mkdir()
    note = pytester.path / "began"
    hanging = pytester.path / "hanging"
    hanging.write_text(f'#!/bin/sh\ncase "$*" in *" start "*) echo >{note}; exec tail -f /dev/null ;; esac\nexec {REFRUN} "$@"\n')
    hanging.chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(scratch))
    command = [sys.executable, "-m", "pytest", f"--oci-runtime={hanging}", "--oci-select=kill.stopped_error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0, cwd=pytester.path) as process:
        assert runproof.await_file(note, 60)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, said
    assert [entry.name for entry in scratch.iterdir() if entry.name.startswith("rp-")] == []

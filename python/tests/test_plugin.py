"""The plugin, with a program that says whatever a test wants to hear."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from runproof.suite import Suite

FAKE = Path(__file__).with_name("fake_runproof.py")


@pytest.fixture(autouse=True)
def fake_program(monkeypatch):
    monkeypatch.setenv("RUNPROOF", str(FAKE))


def run(pytester, *words):
    return pytester.runpytest_subprocess("--oci-runtime=/bin/true", "--strict-markers", *words)


def test_outcomes_are_pytests_own(pytester):
    result = run(pytester, "-rA")
    result.assert_outcomes(passed=3, failed=5, errors=2, skipped=2, xfailed=1, warnings=1)
    result.stdout.fnmatch_lines(["*collected 13 items*"])
    assert result.ret == 1


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("failed", "*expected blue*"),
        ("xpass", "*XPASS(strict)*"),
        ("timeout", "*why timeout*"),
        ("flaky", "*fake.flaky*"),
        ("leak", "*4711 probe*"),
    ],
)
def test_a_red_case_fails_with_its_evidence(pytester, outcome, line):
    result = run(pytester, f"--oci-select=fake.{outcome}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([line])
    assert "Traceback" not in result.stdout.str()


def test_a_suite_that_cannot_do_its_job_is_an_error(pytester):
    run(pytester, "--oci-select=fake.broken").assert_outcomes(errors=1)
    result = run(pytester, "--oci-select=fake.mute")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*this runproof has nothing to say*"])


@pytest.mark.parametrize(("outcome", "reason"), [("skipped", "*skipped: why skipped*"), ("unsupported", "*unsupported: why unsupported*")])
def test_a_skip_says_why(pytester, outcome, reason):
    result = run(pytester, "-rs", f"--oci-select=fake.{outcome}")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([reason])


def test_soft_passes_with_a_warning_that_can_be_made_an_error(pytester):
    run(pytester, "--oci-select=fake.soft").assert_outcomes(passed=1, warnings=1)
    words = ["-W", "error::runproof.pytest_plugin.items.OciSoftWarning"]
    run(pytester, "--oci-select=fake.soft", *words).assert_outcomes(failed=1)


@pytest.mark.parametrize(("expression", "count"), [("level_should", 1), ("oci and area_fake", 13), ("not oci", 0)])
def test_markers_choose(pytester, expression, count):
    result = run(pytester, "--collect-only", "-q", "-m", expression)
    assert result.stdout.str().count("true::fake.") == count


def test_names_choose_and_the_last_failed_run_again(pytester):
    run(pytester, "-k", "fake.failed or fake.passed").assert_outcomes(passed=1, failed=1, deselected=11)
    result = run(pytester, "--lf", "-v")
    result.assert_outcomes(failed=1, deselected=12)
    result.stdout.fnmatch_lines(["true::fake.failed FAILED*"])


def test_several_runtimes_make_a_matrix(pytester):
    result = run(pytester, "--oci-runtime=/bin/false", "--oci-select=fake.passed", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["true::fake.passed PASSED*", "false::fake.passed PASSED*"])


def test_options_reach_the_program(pytester, monkeypatch):
    notes = pytester.path / "argv"
    monkeypatch.setenv("FAKE_ARGV", str(notes))
    expectations = pytester.path / "expectations"
    expectations.mkdir()
    (expectations / "true.json").write_text("[]")
    words = ["--oci-profile=compat", "--oci-wait=kill0", "--oci-timeout=3", "--oci-repeat=2", "--oci-keep", f"--oci-expectations={expectations}"]
    run(pytester, "--oci-runtime=/bin/false", "--oci-select=fake.passed", *words).assert_outcomes(passed=2)
    first, second = map(json.loads, notes.read_text().splitlines())
    said = " ".join(first)
    assert "--runtime /bin/true " in said and "--runtime /bin/false " in " ".join(second)
    assert "--profile compat --wait kill0 --timeout 3.0 --repeat 2 --keep --expectations" in said and "true.json" in said
    assert "--expectations" not in second


def test_junit_has_clause_level_and_claim(pytester):
    run(pytester, "--junitxml=junit.xml")
    suite = ElementTree.parse(pytester.path / "junit.xml").getroot()[0]
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("5", "2", "3")
    case = next(one for one in suite if one.get("name") == "fake.failed")
    properties = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert properties == {"clause": "runtime.md#kill", "level": "must", "claim": "failed & co", "outcome": "failed", "leak": "false", "took_ms": "2.5"}
    assert "blue" in case.find("failure").text


def test_xdist_runs_the_same_items(pytester):
    result = run(pytester, "-n2", "-p", "xdist")
    result.assert_outcomes(passed=3, failed=5, errors=2, skipped=2, xfailed=1, warnings=1)


def test_own_tests_stand_beside_the_cases(pytester):
    pytester.makepyfile("def test_mine(): pass")
    run(pytester, "--oci-select=fake.passed").assert_outcomes(passed=2)
    run(pytester, "--oci-select=fake.passed", "-m", "oci").assert_outcomes(passed=1, deselected=1)


def test_without_the_option_there_are_no_cases_and_no_program_is_looked_for(pytester, monkeypatch):
    monkeypatch.setenv("RUNPROOF", "/nowhere/runproof")
    pytester.makepyfile("def test_mine(): pass\ndef test_oci(oci_runtime): pass")
    result = pytester.runpytest_subprocess("-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*no runtime to test: say --oci-runtime PATH*"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--oci-runtime=/no/such/runtime"], "*--oci-runtime /no/such/runtime: no such program*"),
        (["--oci-runtime=/etc/passwd"], "*--oci-runtime /etc/passwd: is not an executable program*"),
        (["--oci-select=nonsense"], "*no case, clause or tag is called nonsense*"),
        (["--oci-program=/no/runproof"], "*/no/runproof: no such program*"),
        (["--oci-expectations=/no/such.json"], "*--oci-expectations /no/such.json: no such file*"),
        (["--oci-profile=both"], "*invalid choice*"),
        (["--oci-timeout=soon"], "*--oci-timeout: invalid seconds value: 'soon'*"),
        (["--oci-repeat=0"], "*--oci-repeat: not more than 0: 0*"),
    ],
)
def test_wrong_usage_is_said_at_once(pytester, words, complaint):
    result = run(pytester, *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])


def test_expectations_that_cannot_be_used_are_refused_once(pytester):
    useless = pytester.makefile(".json", useless="{}")
    result = run(pytester, f"--oci-expectations={useless}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*useless.json: nobody can use these*"])


def test_the_same_runtime_twice_is_one(pytester):
    run(pytester, "--oci-runtime=/bin/true", "--oci-select=fake.passed").assert_outcomes(passed=1)


@pytest.mark.parametrize("words", [[], ["-n1"]], ids=["plain", "xdist"])
def test_ctrl_c_lets_the_run_clean_up(pytester, monkeypatch, words):
    note = str(pytester.path / "note")
    monkeypatch.setenv("FAKE_HANG", note)
    command = [sys.executable, "-m", "pytest", "--oci-runtime=/bin/true", "--oci-select=fake.passed", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0, cwd=pytester.path) as process:
        from runproof import await_file

        assert await_file(note + ".began", 60)
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does
        assert await_file(note + ".cleaned", 60)
        process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED


def test_beside_a_case_that_must_be_alone_none_runs(tmp_path):
    program = tmp_path / "program"
    program.write_text("")
    suite = Suite(program, locks=tmp_path)

    def free_for(how):
        with open(program, "rb") as file:
            try:
                fcntl.flock(file, how | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    with suite._lock("alone"):
        assert not free_for(fcntl.LOCK_SH)
    with suite._lock("other"):
        assert free_for(fcntl.LOCK_SH)
        assert not free_for(fcntl.LOCK_EX)

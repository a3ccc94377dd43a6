#!/usr/bin/python3
"""checkpoint and restore: what criu is asked, by a stand-in that notes it; refusals; and the real criu where it works here:
refrun_criu.py FOLDER_OF_BINARIES."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BIN = os.path.abspath(sys.argv.pop(1))

# Notes its arguments and cgroups. Its dump ends the tree, as criu's does; its restore leaves a process that pauses.
STAND_IN = """#!/usr/bin/python3
import json, os, signal, sys
here = os.path.dirname(os.path.abspath(__file__))
words = sys.argv[1:]
if words[0] == "check":
    if os.path.exists(here + "/broken"):
        print("Error: the vDSO is not as it was")
        sys.exit(1)
    sys.exit(0)
value = lambda name: words[words.index(name) + 1]
with open(here + "/asked.json", "w") as file:
    json.dump({"words": words, "cgroups": open("/proc/self/cgroup").read()}, file)
if os.path.exists(here + "/fails"):
    sys.exit(1)
if words[0] == "dump" and "--leave-running" not in words:
    os.kill(int(value("--tree")), signal.SIGKILL)
if words[0] == "restore":
    assert os.path.exists(value("--root") + "/probe")
    child = os.fork()
    if child == 0:
        os.setsid()
        for fd in range(3):
            os.dup2(os.open("/dev/null", os.O_RDWR), fd)
        os.execv(value("--root") + "/probe", ["probe", "pause"])
    with open(value("--pidfile"), "w") as file:
        file.write(str(child))
"""


def read(path):
    with open(path) as file:
        return file.read()


class Criu(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="refrun-criu-")
        self.id = os.path.basename(self.work)
        os.makedirs(f"{self.work}/rootfs/proc")
        os.makedirs(f"{self.work}/bin")
        shutil.copy(f"{BIN}/probe", f"{self.work}/rootfs/probe")
        with open(f"{self.work}/bin/criu", "w") as file:
            file.write(STAND_IN)
        os.chmod(f"{self.work}/bin/criu", 0o755)
        self.config = {
            "ociVersion": "1.0.2", "root": {"path": "rootfs"},
            "process": {"cwd": "/", "args": ["/probe", "pause"], "user": {"uid": 0, "gid": 0}},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                       {"destination": "/etc", "type": "none", "source": "/etc", "options": ["rbind", "ro"]}],
            "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}], "maskedPaths": ["/proc/keys", "/no/such"]},
        }

    def tearDown(self):
        self.refrun("delete", "--force", self.id)
        self.assertNotIn(self.id, read("/proc/self/mountinfo"))
        shutil.rmtree(self.work)

    def refrun(self, *words, path=None):
        environment = {**os.environ, "PATH": path or f"{self.work}/bin:{os.environ['PATH']}"}
        # A file, not a pipe: the container holds it as long as it lives.
        with open(f"{self.work}/said", "w+") as said:
            done = subprocess.run([f"{BIN}/refrun", "--root", f"{self.work}/state", *words], env=environment, stdin=subprocess.DEVNULL,
                                  stdout=said, stderr=said)
            said.seek(0)
            done.said = said.read()
        return done

    def start(self):
        with open(f"{self.work}/config.json", "w") as file:
            json.dump(self.config, file)
        done = self.refrun("run", "--detach", "--bundle", self.work, self.id)
        self.assertEqual(done.returncode, 0, done.said)

    def status(self):
        return json.loads(self.refrun("state", self.id).said)

    def checkpoint(self, *options, **more):
        return self.refrun("checkpoint", "--image-path", f"{self.work}/images", "--work-path", f"{self.work}/logs", *options, self.id,
                           **more)

    def asked(self):
        return json.loads(read(f"{self.work}/bin/asked.json"))

    def assert_asked(self, *words):
        asked = " ".join(self.asked()["words"])
        self.assertIn(" ".join(words), asked)

    def test_dump(self):
        self.start()
        pid = self.status()["pid"]
        done = self.checkpoint("--tcp-established", "--file-locks", "--shell-job", "--ext-unix-sk")
        self.assertEqual(done.returncode, 0, done.said)
        self.assert_asked("dump", "--images-dir", f"{self.work}/images", "--work-dir", f"{self.work}/logs", "--log-file", "dump.log")
        self.assert_asked("--manage-cgroups=ignore", "--tcp-established", "--ext-unix-sk", "--shell-job", "--file-locks")
        self.assert_asked("--tree", str(pid))
        self.assert_asked("--external", "mnt[/etc]:/etc", "--external", "mnt[/proc/keys]:/proc/keys")
        self.assertNotIn("/no/such", " ".join(self.asked()["words"]))
        self.assertEqual(self.status()["status"], "stopped")
        self.assertEqual(json.loads(read(f"{self.work}/images/descriptors.json"))[0], "/dev/null")

    def test_what_is_left_running_runs(self):
        self.start()
        self.assertEqual(self.checkpoint("--leave-running").returncode, 0)
        self.assert_asked("--leave-running")
        self.assertEqual(self.status()["status"], "running")

    def test_pre_dump_and_parent(self):
        self.start()
        self.assertEqual(self.checkpoint("--pre-dump").returncode, 0)
        self.assert_asked("pre-dump")
        self.assert_asked("--track-mem")
        self.assertEqual(self.status()["status"], "running")
        self.assertEqual(self.checkpoint("--parent-path", "../before").returncode, 0)
        self.assert_asked("--prev-images-dir", "../before")

    def test_a_failed_dump_names_the_log_and_leaves_the_container(self):
        self.start()
        open(f"{self.work}/bin/fails", "w").close()
        done = self.checkpoint()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.work}/logs/dump.log", done.said)
        self.assertEqual(self.status()["status"], "running")

    def test_where_criu_does_not_work_it_is_refused(self):
        self.start()
        open(f"{self.work}/bin/broken", "w").close()
        done = self.checkpoint()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("criu check: Error: the vDSO is not as it was", done.said)
        self.assertEqual(self.status()["status"], "running")
        self.assertIn("criu check", self.refrun("restore", "--bundle", self.work, "--image-path", self.work, "other").said)
        self.assertFalse(os.path.exists(f"{self.work}/state/other"))

    def test_without_criu_it_is_refused(self):
        self.start()
        self.assertIn("criu is not installed", self.checkpoint(path="/nowhere").said)

    def test_only_what_runs_is_dumped(self):
        with open(f"{self.work}/config.json", "w") as file:
            json.dump(self.config, file)
        self.assertEqual(self.refrun("create", "--bundle", self.work, self.id).returncode, 0)
        self.assertIn("it is created", self.checkpoint().said)

    def restore(self, *options):
        return self.refrun("restore", "--detach", "--bundle", self.work, "--image-path", f"{self.work}/images", "--work-path",
                           f"{self.work}/logs", "--pid-file", f"{self.work}/pid", *options, self.id)

    def test_restore(self):
        self.start()
        self.assertEqual(self.checkpoint().returncode, 0)
        self.assertEqual(self.refrun("delete", self.id).returncode, 0)
        done = self.restore()
        self.assertEqual(done.returncode, 0, done.said)
        self.assert_asked("restore", "--images-dir", f"{self.work}/images", "--work-dir", f"{self.work}/logs", "--log-file", "restore.log")
        self.assert_asked("--restore-detached", "--restore-sibling", "--pidfile")
        self.assert_asked("--external", "mnt[/etc]:/etc", "--external", "mnt[/proc/keys]:/dev/null")
        groups = [line.split(":", 2)[2] for line in self.asked()["cgroups"].splitlines()]
        self.assertEqual({group for group in groups}, {f"/refrun-{self.id}"})
        state = self.status()
        self.assertEqual(state["status"], "running")
        self.assertEqual(str(state["pid"]), read(f"{self.work}/pid"))
        self.assertEqual(self.refrun("kill", self.id, "KILL").returncode, 0)
        self.assertEqual(self.status()["status"], "stopped")

    def test_a_failed_restore_leaves_nothing(self):
        self.start()
        self.assertEqual(self.checkpoint().returncode, 0)
        self.assertEqual(self.refrun("delete", self.id).returncode, 0)
        open(f"{self.work}/bin/fails", "w").close()
        done = self.restore()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.work}/logs/restore.log", done.said)
        self.assertFalse(os.path.exists(f"{self.work}/state/{self.id}"))
        self.assertFalse(os.path.exists(f"/sys/fs/cgroup/unified/refrun-{self.id}"))

    @unittest.skipUnless(shutil.which("criu") and subprocess.run(["criu", "check"], capture_output=True).returncode == 0,
                         "criu check does not pass here")
    def test_with_the_real_criu(self):
        os.remove(f"{self.work}/bin/criu")
        self.start()
        self.assertEqual(self.checkpoint().returncode, 0)
        self.assertEqual(self.refrun("delete", self.id).returncode, 0)
        self.assertEqual(self.restore().returncode, 0)
        self.assertEqual(self.status()["status"], "running")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""Starts a daemon that speaks sd_notify(3), waits until it says READY=1, and prints its pid.

usage: start_daemon.py LOG COMMAND...
"""
import os
import select
import socket
import subprocess
import sys
import tempfile

PATIENCE_S = 120


def main():
    log, command = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        path = os.path.join(directory, "notify")
        notify.bind(path)
        with open(log, "ab") as out:
            daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                      env={**os.environ, "NOTIFY_SOCKET": path}, start_new_session=True)
        pidfd = os.pidfd_open(daemon.pid)
        while True:
            ready, _, _ = select.select([notify, pidfd], [], [], PATIENCE_S)
            if notify in ready and b"READY=1" in notify.recv(4096):
                break
            if pidfd in ready or not ready:
                if not ready:
                    daemon.kill()
                sys.exit(f"{command[0]} did not come up; see {log}")
    print(daemon.pid, flush=True)
    # Not ours to wait for: whoever called us ends it by this number.
    os._exit(0)


main()

#!/usr/bin/python3
"""Adds to reference_runtime/function_order.txt what `refrun create` calls and lld has not laid beside the rest yet:
function_order.py BUILD_FOLDER. Each turn links refrun, watches its page faults (perf) in a `create` and adds the functions whose pages
were fetched for their sake alone, until there are none. For when create's memory has grown (bench/create_memory_bench.sh); wants root.
Functions that are no more may stay in the file, lld passes over them; to begin anew, empty it: it takes some forty turns."""
import bisect
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE = os.path.join(ROOT, "reference_runtime/function_order.txt")
BUILD = os.path.abspath(sys.argv[1])
REFRUN = os.path.join(BUILD, "bin/refrun")
ALIGNMENT = 0x200000  # of a static-pie program in memory


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols():
    """[(address, name)] of refrun's functions, by address."""
    lines = (line.split() for line in run("nm", "-n", REFRUN).splitlines())
    return [(int(line[0], 16), line[2]) for line in lines if len(line) == 3 and line[1] in "tTwWi"]


def faults(work):
    """The addresses whose pages a `create` asked for. From a read-only mount refrun does not start anew, so perf sees one program."""
    place = os.path.join(work, "refrun")
    open(place, "w").close()
    run("mount", "--bind", REFRUN, place)
    try:
        run("mount", "-o", "remount,bind,ro", place)
        box = [place, "--root", f"{work}/state"]
        watch = ["perf", "record", "-e", "page-faults", "-c", "1", "-d", "-o", f"{work}/faults"]
        # No pipes: the container would hold them.
        none = subprocess.DEVNULL
        subprocess.run([*watch, *box, "create", "--bundle", f"{work}/bundle", "order"], check=True, stdin=none, stdout=none, stderr=none)
        run(*box, "delete", "--force", "order")
        rows = (line.split() for line in run("perf", "script", "-i", f"{work}/faults", "-F", "comm,addr").splitlines())
        return [int(row[1], 16) for row in rows if row[0] == "refrun" and row[1].startswith("7f") and not row[1].startswith("7ff")]
    finally:
        run("umount", "--lazy", place)


def main():
    while True:
        with open(FILE) as file:
            order = set(file.read().split())
        os.utime(FILE)
        run("ninja", "-C", BUILD, "bin/refrun")
        with tempfile.TemporaryDirectory(prefix="function-order-") as work:
            run(f"{ROOT}/bench/bundle.sh", f"{work}/bundle", os.path.join(BUILD, "bin/probe"))
            addresses = faults(work) or faults(work) or faults(work)  # now and then the stack lies where the filter looks
        names, base = symbols(), min(addresses) // ALIGNMENT * ALIGNMENT
        starts, end = [start for start, _ in names], names[-1][0]
        near = {names[bisect.bisect_right(starts, address - base) - 1][1] for address in addresses if starts[0] <= address - base <= end}
        print(f"{len(order)} functions, {len(near - order)} more", flush=True)
        if near <= order:
            return
        with open(FILE, "w") as file:
            file.write("\n".join(sorted(order | near)) + "\n")


main()

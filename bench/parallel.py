#!/usr/bin/python3
"""Creates containers all at once, then deletes them all at once: parallel.py COUNT ROUNDS BUNDLE STATES BASELINE NAME=RUNTIME...
Prints containers per second, the medians of the rounds, which the runtimes take in turns."""
import statistics
import subprocess
import sys
import time


def all_at_once(commands):
    running = [subprocess.Popen(c, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for c in commands]
    for process in running:
        error = process.communicate()[1]
        if process.returncode:
            sys.exit(f"{' '.join(process.args)}: {error.decode()}")


def main():
    count, rounds, bundle, states, baseline = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
    runtimes = dict(argument.split("=", 1) for argument in sys.argv[6:])
    rates = {name: [] for name in runtimes}
    for turn in range(rounds):
        for name, path in runtimes.items():
            base = [path, "--root", f"{states}/{name}"]
            ids = [f"bench-{name}-{turn}-{n}" for n in range(count)]
            start = time.perf_counter()
            # stderr is a pipe: init must not hold it, or nobody would see its end
            all_at_once([["sh", "-c", 'exec "$@" 2>&1', "sh", *base, "create", "--bundle", bundle, each] for each in ids])
            all_at_once([[*base, "delete", "--force", each] for each in ids])
            rates[name].append(count / (time.perf_counter() - start))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, rate in medians.items():
        ratio = f"{rate / medians[baseline]:6.2f} x {baseline}" if baseline in medians else ""
        print(f"  {name:12} {rate:8.1f} containers a second {ratio}")


main()

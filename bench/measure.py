#!/usr/bin/python3
"""Runs the named command lines in turns and prints medians and ratios: measure.py RUNS BASELINE NAME=COMMAND[;COMMAND...]...

In turns, so that a machine that is slow for a while is so for all of them. CPU time is that of the commands and of what they
waited for; on a busy machine its ratio says more than the wall clock's."""
import os
import shlex
import statistics
import sys
import time

WARMUP = 3
NULL = os.open(os.devnull, os.O_RDWR)
QUIET = [(os.POSIX_SPAWN_DUP2, NULL, fd) for fd in (0, 1)]


def run(commands):
    cpu, start = 0.0, time.perf_counter()
    for command in commands:
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=QUIET)
        _, status, usage = os.wait4(pid, 0)
        if status:
            sys.exit(f"{shlex.join(command)}: status {status}")
        cpu += usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, cpu


def main():
    runs, baseline = int(sys.argv[1]), sys.argv[2]
    entries = dict(argument.split("=", 1) for argument in sys.argv[3:])
    commands = {name: [shlex.split(command) for command in text.split(";")] for name, text in entries.items()}
    walls, cpus = ({name: [] for name in commands} for _ in range(2))
    for turn in range(WARMUP + runs):
        for name, each in commands.items():
            wall, cpu = run(each)
            if turn >= WARMUP:
                walls[name].append(wall)
                cpus[name].append(cpu)
    wall, cpu = ({name: statistics.median(values) for name, values in of.items()} for of in (walls, cpus))
    for name in commands:
        line = f"  {name:12} {wall[name] * 1000:8.2f} ms"
        for base in (baseline, "floor", "floor+cgroup"):
            if base in wall:
                line += f"  {wall[name] / wall[base]:5.2f} x {base}"
        if baseline in cpu:
            line += f"   CPU {cpu[name] * 1000:6.2f} ms  {cpu[name] / cpu[baseline]:5.2f} x {baseline}"
        print(line)


main()

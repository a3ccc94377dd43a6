#!/usr/bin/python3
"""Of each case, its time less that inside the runtime's processes: suite_overhead.py ONE_AT_A_TIME.jsonl ALL_CORES.jsonl."""
import json
import statistics
import sys


def read(file):
    events = [json.loads(line) for line in open(file)]
    ran = [e for e in events if e["event"] == "result" and e["outcome"] in ("passed", "failed", "soft", "info")]
    return events[0], [e for e in ran if e["runtime_ms"] > 0], events[-1]


def at(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


header, cases, _ = read(sys.argv[1])
overhead = [case["took_ms"] - case["runtime_ms"] for case in cases]
own = [case["took_ms"] - case["runtime_ms"] - case.get("waiting_ms", 0) for case in cases]
runtime = [case["runtime_ms"] for case in cases]
median = statistics.median(overhead)
print(f"  {'overhead':12} {median:8.2f} ms median of {len(cases)} cases, {median / statistics.median(runtime):6.2f} x the runtime's own time")
print(f"  {'':12} {at(overhead, 0.1):8.2f} ms at 10 %, {at(overhead, 0.9):.2f} ms at 90 % (all waits included)")
print(f"  {'':12} {statistics.median(own):8.2f} ms median without the waits for the containers' programs and their deaths")
header, cases, footer = read(sys.argv[2])
busy = sum(case["took_ms"] for case in cases) / header["jobs"] / footer["wall_ms"]
print(f"  {'suite':12} {footer['wall_ms'] / 1000:8.2f} s for {footer['reported']} cases, {header['jobs']} at a time, {busy:.0%} busy")
for case in sorted(cases, key=lambda case: -case["took_ms"])[:3]:
    print(f"  {'slowest':12} {case['took_ms'] / 1000:8.2f} s {case['id']}")

#!/usr/bin/python3
"""Prints hyperfine's medians and their ratios: ratios.py FILE.json BASELINE."""
import json
import sys

results = {r["command"]: r["median"] for r in json.load(open(sys.argv[1]))["results"]}
base = results.get(sys.argv[2])
for name, seconds in results.items():
    ratio = f"{seconds / base:6.2f} x {sys.argv[2]}" if base else ""
    floor = f"{seconds / results['floor']:6.2f} x floor" if "floor" in results else ""
    print(f"  {name:12} {seconds * 1000:8.2f} ms {ratio} {floor}")

#!/usr/bin/python3
"""Writes what refrun supports into docs/refrun.md, from `refrun features` and cases/clauses.json: refrun_support.py REFRUN [--check].

With --check it writes nothing, and fails where the page is not what it would write."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs/refrun.md")
BEGIN, END = "<!-- written by tools/refrun_support.py -->\n", "<!-- end of what is written -->\n"
OF_THE_KERNEL = ("seccomp.supportedFlags",)  # not of refrun
LEVELS = ("must", "should", "may", "descr")


def feature_lines(features):
    """One line for each list, those of `linux` by their names there."""
    def walk(name, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(f"{name}.{key}" if name else key, inner)
        elif isinstance(value, list) and name not in OF_THE_KERNEL:
            yield f"- {name}: {', '.join(value)}"
    features["annotations"] = list(features["annotations"])
    yield from walk("", {key: value for key, value in features.items() if key != "linux"})
    yield from walk("", features["linux"])
    enabled = [name for name, value in features["linux"].items() if isinstance(value, dict)]
    switches = [f"{name}.{key}" for name in enabled for key, value in features["linux"][name].items() if value is True]
    switches += ["mountExtensions.idmap"] if features["linux"]["mountExtensions"]["idmap"]["enabled"] else []
    yield f"- enabled: {', '.join(sorted(switches))}"


def clause_rows(clauses):
    sections = {}
    for clause in clauses:
        counts = sections.setdefault(clause["clause"], {level: [0, 0] for level in LEVELS})[clause["level"]]
        counts[0] += bool(clause["cases"])
        counts[1] += 1
    for section, counts in sections.items():
        cells = [f"{done}/{all_}" if all_ else "" for done, all_ in counts.values()]
        yield f"| {section} | {' | '.join(cells)} |"


def text(refrun):
    features = json.loads(subprocess.run([refrun, "features"], capture_output=True, check=True).stdout)
    with open(os.path.join(ROOT, "cases/clauses.json")) as file:
        clauses = json.load(file)
    lines = ["What `refrun features` lists (`ctest -R refrun.features` tries every element):", "", *feature_lines(features), "",
             "Clause by clause: how many of a section's clauses have a case that refrun passes, of how many. [coverage.md](coverage.md)",
             "names the cases; MUST clauses without one have their reason in [decisions/catalogue.md](decisions/catalogue.md).", "",
             f"| section | {' | '.join(LEVELS)} |", "|---|" + "---|" * len(LEVELS), *clause_rows(clauses)]
    return "\n".join(lines) + "\n"


def main():
    with open(PAGE) as file:
        page = file.read()
    before, rest = page.split(BEGIN)
    fresh = before + BEGIN + text(sys.argv[1]) + END + rest.split(END)[1]
    if "--check" in sys.argv[2:]:
        sys.exit(0 if fresh == page else f"{PAGE} is not current: tools/refrun_support.py build/bin/refrun")
    with open(PAGE, "w") as file:
        file.write(fresh)


main()

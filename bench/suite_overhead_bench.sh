#!/bin/sh
# what a case costs beyond the runtime's own processes (one at a time), and the whole suite
set -eu
bin=$1 work=$2
"$bin/runproof" run --runtime "$bin/refrun" --jobs 1 --log "$work/one.jsonl" >/dev/null || true
"$bin/runproof" run --runtime "$bin/refrun" --log "$work/all.jsonl" >/dev/null || true
bench/suite_overhead.py "$work/one.jsonl" "$work/all.jsonl"

#!/bin/sh
# Every benchmark, as ratios of one run. Nothing here is a test: a slow machine is no failure.
set -eu
cd "$(dirname "$0")/.."
bin=$(pwd)/build/bin
work=$(mktemp -d /tmp/runproof-bench.XXXXXX)
trap 'rm -rf "$work"' EXIT
bench/bundle.sh "$work/bundle" "$bin/probe"
PATH="$PATH:/usr/sbin"

title() { printf '\n== %s\n' "$*"; }

title 'run of a trivial payload (hyperfine -N, medians)'
set -- -n floor "$bin/floor $work/bundle/rootfs /probe true"
for runtime in "$bin/refrun" crun runc; do
  path=$(command -v "$runtime") || continue
  name=$(basename "$path")
  set -- "$@" -n "$name" "$path --root $work/state-$name run --bundle $work/bundle bench-$name"
done
hyperfine -N --warmup 5 --runs 60 --export-json "$work/run.json" "$@" >/dev/null 2>"$work/err" || cat "$work/err"
bench/ratios.py "$work/run.json" crun

for script in bench/*_bench.sh; do
  [ -x "$script" ] || continue
  title "$(sed -n 's/^# //p' "$script" | head -1)"
  "$script" "$bin" "$work"
done

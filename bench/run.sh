#!/bin/sh
# Every benchmark, as ratios of one run. Nothing here is a test: a slow machine is no failure.
set -eu
cd "$(dirname "$0")/.."
bin=$(pwd)/build/bin
work=$(mktemp -d /tmp/runproof-bench.XXXXXX)
# as on most hosts, where the runtimes' /run is a tmpfs
states=$(mktemp -d /dev/shm/runproof-bench.XXXXXX)
trap 'rm -rf "$work" "$states"' EXIT
ln -s "$states" "$work/state"
bench/bundle.sh "$work/bundle" "$bin/probe"

title() { printf '\n== %s\n' "$*"; }

title 'run of a trivial payload (in turns, medians); floor+cgroup is the floor with a cgroup in each hierarchy'
set -- "floor=$bin/floor $work/bundle/rootfs /probe true" \
  "floor+cgroup=$bin/floor --cgroup bench-floor $work/bundle/rootfs /probe true"
for runtime in $(bench/runtimes.sh "$bin"); do
  name=${runtime%%=*}
  set -- "$@" "$name=${runtime#*=} --root $work/state/run-$name run --bundle $work/bundle run-$name"
done
bench/measure.py 60 crun "$@"

for script in bench/*_bench.sh; do
  [ -x "$script" ] || continue
  title "$(sed -n 's/^# //p' "$script" | head -1)"
  "$script" "$bin" "$work"
done

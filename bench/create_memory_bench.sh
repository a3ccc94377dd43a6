#!/bin/sh
# peak resident memory of create (kB, the most of any of its processes)
set -eu
bin=$1 work=$2
for runtime in $(bench/runtimes.sh "$bin"); do
  name=${runtime%%=*}
  base="${runtime#*=} --root $work/state/rss-$name"
  # shellcheck disable=SC2086 # a list of words
  peak=$("$bin/peak_memory" $base create --bundle "$work/bundle" "rss-$name")
  $base delete --force "rss-$name"
  case $name in crun) crun=$peak ;; esac
  eval "peak_$name=$peak"
done
for name in refrun crun runc; do
  eval "peak=\${peak_$name:-}"
  [ -z "$peak" ] || awk -v name="$name" -v peak="$peak" -v crun="${crun:-0}" \
    'BEGIN { printf "  %-12s %8d kB", name, peak; if (crun) printf " %6.2f x crun", peak / crun; print "" }'
done

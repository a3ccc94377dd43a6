#!/bin/sh
# create, start and delete --force (in turns, medians)
set -eu
bin=$1 work=$2
set --
for runtime in $(bench/runtimes.sh "$bin"); do
  name=${runtime%%=*}
  base="${runtime#*=} --root $work/state/csd-$name"
  set -- "$@" "$name=$base create --bundle $work/bundle csd-$name;$base start csd-$name;$base delete --force csd-$name"
done
bench/measure.py 60 crun "$@"

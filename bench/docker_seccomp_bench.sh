#!/bin/sh
# with docker's default seccomp profile, as podman's package has it: run, then create, start and delete (in turns, medians)
set -eu
bin=$1 work=$2
profile=/usr/share/containers/seccomp.json
[ -r "$profile" ] || { echo "  not measured: no $profile (Debian: golang-github-containers-common)"; exit 0; }
bench/bundle.sh "$work/seccomp" "$bin/probe"
bench/seccomp_profile.py "$profile" "$work/seccomp/config.json"
set --
for runtime in $(bench/runtimes.sh "$bin"); do
  name=${runtime%%=*}
  base="${runtime#*=} --root $work/state/sec-$name"
  set -- "$@" "$name=$base run --bundle $work/seccomp sec-$name"
done
bench/measure.py 60 crun "$@"
set --
for runtime in $(bench/runtimes.sh "$bin"); do
  name=${runtime%%=*}
  base="${runtime#*=} --root $work/state/sec-$name"
  set -- "$@" "$name=$base create --bundle $work/seccomp sec-$name;$base start sec-$name;$base delete --force sec-$name"
done
bench/measure.py 60 crun "$@"

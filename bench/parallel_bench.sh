#!/bin/sh
# 100 containers created at once, then deleted at once (in turns, medians of 5 rounds)
set -eu
bin=$1 work=$2
# shellcheck disable=SC2046 # a list of words
bench/parallel.py 100 5 "$work/bundle" "$work/state/many" crun $(bench/runtimes.sh "$bin")

#!/bin/sh
# No sleeping in harness, cases and python: the one pause is that of the kill(pid,0) strategy (harness/observe/kill0.cc).
# A line that is nothing but a system call's name in quotes is of a seccomp filter.
set -eu
cd "$(dirname "$0")/.."
if grep -rnE --include='*.cc' --include='*.h' --include='*.py' '\b(sleep_for|sleep_until|usleep|clock_nanosleep|nanosleep|time\.sleep)\b|[^_a-z"]sleep\(' \
  base harness cases python | grep -v -e '^harness/observe/kill0\.cc:' -e ': *"\(clock_\)\{0,1\}nanosleep",$'; then
  echo 'wait for an event under a deadline instead (docs/architecture.md, "Waiting")' >&2
  exit 1
fi

# For the client tests: what each of them begins with. $REFRUN, $SCRATCH and $IMAGE are set by run.sh.
# shellcheck shell=sh

set -u
steps=0
failures=0

say() { printf '%s\n' "-- $*"; }

# check TEXT COMMAND...: the command must succeed
check() {
  text=$1
  shift
  steps=$((steps + 1))
  code=0
  "$@" >"$SCRATCH/out" 2>&1 || code=$?
  if [ "$code" -eq 0 ]; then
    printf 'ok %d - %s\n' "$steps" "$text"
  else
    failures=$((failures + 1))
    printf 'not ok %d - %s: exit %d of: %s\n' "$steps" "$text" "$code" "$*"
    sed 's/^/    /' "$SCRATCH/out"
  fi
}

# gives TEXT WANTED COMMAND...: the command must succeed, and WANTED be all that it prints
gives() {
  text=$1
  wanted=$2
  shift 2
  steps=$((steps + 1))
  got=$("$@" 2>"$SCRATCH/err" | tr -d '\r')
  if [ "$got" = "$wanted" ]; then
    printf 'ok %d - %s\n' "$steps" "$text"
  else
    failures=$((failures + 1))
    printf 'not ok %d - %s: "%s" instead of "%s" from: %s\n' "$steps" "$text" "$got" "$wanted" "$*"
    sed 's/^/    /' "$SCRATCH/err"
  fi
}

# exits TEXT CODE COMMAND...: the command must exit with CODE
exits() {
  text=$1
  wanted=$2
  shift 2
  steps=$((steps + 1))
  "$@" >"$SCRATCH/out" 2>&1
  code=$?
  if [ "$code" -eq "$wanted" ]; then
    printf 'ok %d - %s\n' "$steps" "$text"
  else
    failures=$((failures + 1))
    printf 'not ok %d - %s: exit %d instead of %d of: %s\n' "$steps" "$text" "$code" "$wanted" "$*"
    sed 's/^/    /' "$SCRATCH/out"
  fi
}

# the memory limit in the kernel's file for the cgroup of process $1
memory_limit_of() {
  path=$(sed -n 's/^[0-9]*:memory://p' "/proc/$1/cgroup")
  if [ -n "$path" ]; then
    cat "/sys/fs/cgroup/memory$path/memory.limit_in_bytes"
  else
    cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/memory.max"
  fi
}


# end PID: TERM, and wait until it has gone
end_daemon() {
  kill -TERM "$1" 2>/dev/null || return 0
  timeout 60 tail --pid="$1" -f /dev/null || kill -KILL "$1"
}

finish() {
  printf '1..%d\n' "$steps"
  [ "$failures" -eq 0 ] || { printf '%d of %d steps failed\n' "$failures" "$steps"; exit 1; }
}

# A program that TERM ends with 0, whatever its pid.
# shellcheck disable=SC2034 # used by those who read this file
STOPS_ON_TERM='trap "exit 0" TERM; while :; do sleep 1000 & wait $!; done'

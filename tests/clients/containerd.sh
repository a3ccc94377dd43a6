#!/bin/sh
# containerd's shim on refrun, by ctr, with a daemon of its own.
# shellcheck disable=SC2016,SC2153 # the shell inside expands; IMAGE is run.sh's
# shellcheck source=tests/clients/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$SCRATCH/config.toml" <<EOF
version = 2
root = "$SCRATCH/root"
state = "$SCRATCH/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$SCRATCH/containerd.sock"
[ttrpc]
  address = "$SCRATCH/containerd.ttrpc"
EOF
daemon=$("$(dirname "$0")/start_daemon.py" "$SCRATCH/containerd.log" containerd --config "$SCRATCH/config.toml") || exit 1
trap 'end_daemon "$daemon"' EXIT

ctr() { command ctr --address "$SCRATCH/containerd.sock" "$@"; }
run() {
  ctr run --snapshotter native --runtime io.containerd.runc.v2 --runc-binary "$REFRUN" --runc-root "$SCRATCH/refrun" "$@"
}
status() { ctr task list | awk '$1 == "box" { print $3 }'; }
# ctr exits with 0 and logs the code
ends_with() { ctr task delete box 2>&1 | grep -c "exit code $1"; }
image="docker.io/library/$IMAGE"

check "import the image" ctr image import --snapshotter native "$SCRATCH/image.tar"
gives "run prints what the program prints" hello run --rm "$image" once echo hello
exits "run exits as the program does" 7 run --rm "$image" seven sh -c 'exit 7'
check "run -d" run -d "$image" box sh -c "$STOPS_ON_TERM"
gives "task list says running" RUNNING status
gives "exec prints what its program prints" inside ctr task exec --exec-id one box echo inside
exits "exec exits as its program does" 42 ctr task exec --exec-id two box sh -c 'exit 42'
gives "exec as a user" 1000 ctr task exec --exec-id three --user 1000 box id -u
check "task ps" ctr task ps box
check "task metrics" ctr task metrics box
check "pause" ctr task pause box
gives "task list says paused" PAUSED status
check "resume" ctr task resume box
gives "task list says running again" RUNNING status
check "kill TERM" ctr task kill --signal SIGTERM box
exits "the program has ended by itself" 0 ctr task delete box
check "container rm" ctr container rm box
check "run -d once more" run -d "$image" box sleep 1000
check "kill KILL" ctr task kill --signal SIGKILL box
gives "it has ended by KILL" 1 ends_with 137
check "container rm once more" ctr container rm box
gives "no task is left" "" status
gives "refrun knows of none" "" "$REFRUN" --root "$SCRATCH/refrun/default" list -q
finish

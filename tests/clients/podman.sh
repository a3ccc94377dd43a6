#!/bin/sh
# podman (with conmon) on refrun: every step through podman's own command line, on its own directories.
# shellcheck disable=SC2016,SC2153 # the shell inside expands; IMAGE is run.sh's
# shellcheck source=tests/clients/lib.sh
. "$(dirname "$0")/lib.sh"

# podman's own default is beyond what a machine without CAP_SYS_RESOURCE allows.
cat >"$SCRATCH/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
EOF
export CONTAINERS_CONF="$SCRATCH/containers.conf"

podman() {
  command podman --root "$SCRATCH/root" --runroot "$SCRATCH/run" --tmpdir "$SCRATCH/tmp" --storage-driver vfs \
    --cgroup-manager cgroupfs --events-backend file --runtime "$REFRUN" "$@"
}
pid() { podman inspect --format '{{.State.Pid}}' box; }
limit() { memory_limit_of "$(pid)"; }
status() { podman inspect --format '{{.State.Status}}' box; }

# podman leaves the cgroup that it keeps its conmons in.
podmans_cgroups() { find /sys/fs/cgroup -maxdepth 2 -type d -name libpod_parent; }
before=$(podmans_cgroups)

check "load the image" podman load -i "$SCRATCH/image.tar"
gives "run prints what the program prints" hello podman run --rm --network none "$IMAGE" echo hello
exits "run exits as the program does" 7 podman run --rm --network none "$IMAGE" sh -c 'exit 7'
# refrun finds it at start, of which podman says 126; at create it would say 127.
exits "a missing program is an error" 126 podman run --rm --network none "$IMAGE" /no/such/program
gives "run -t gives a terminal" /dev/pts/0 podman run --rm -t --network none "$IMAGE" tty
gives "run in a user namespace" 0 podman run --rm --network none --uidmap 0:100000:1000 "$IMAGE" id -u
check "run -d" podman run -d --name box --network none "$IMAGE" sh -c "$STOPS_ON_TERM"
gives "inspect says running" running status
gives "exec prints what its program prints" inside podman exec box echo inside
exits "exec exits as its program does" 42 podman exec box sh -c 'exit 42'
gives "exec as a user" 1000 podman exec --user 1000 box id -u
gives "exec with a variable and a directory" "/tmp v" podman exec --env A=v --workdir /tmp box sh -c 'echo "$PWD $A"'
gives "exec -t gives a terminal" /dev/pts/0 podman exec -t box tty
check "top" podman top box
check "stats" podman stats --no-stream box
check "pause" podman pause box
gives "inspect says paused" paused status
check "unpause" podman unpause box
gives "inspect says running again" running status
check "update --memory" podman update --memory 64m box
gives "the kernel has the new limit" 67108864 limit
check "stop" podman stop -t 30 box
gives "the program has ended by itself" 0 podman inspect --format '{{.State.ExitCode}}' box
check "start again" podman start box
check "kill" podman kill -s KILL box
gives "it has ended by KILL" 137 podman wait box
check "rm" podman rm box
check "run -d without its own PID namespace" podman run -d --pid host --name box --network none "$IMAGE" sleep 1000
check "stop it" podman stop -t 1 box
check "rm -f" podman rm -f box
gives "no container is left" "" podman ps -aq
gives "refrun knows of none" "" "$REFRUN" list -q
[ -n "$before" ] || podmans_cgroups | while read -r group; do find "$group" -depth -type d -exec rmdir {} \; ; done
gives "no cgroup is left" "$before" podmans_cgroups
finish

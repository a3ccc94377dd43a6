#!/bin/sh
# docker on refrun, with a daemon of its own in a network namespace of its own.
# shellcheck disable=SC2016,SC2153 # the shell inside expands; IMAGE is run.sh's
# shellcheck source=tests/clients/lib.sh
. "$(dirname "$0")/lib.sh"

echo '{}' >"$SCRATCH/daemon.json"
daemon=$("$(dirname "$0")/start_daemon.py" "$SCRATCH/dockerd.log" unshare --net dockerd --config-file "$SCRATCH/daemon.json" \
  --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false \
  --data-root "$SCRATCH/data" --exec-root "$SCRATCH/exec" --pidfile "$SCRATCH/docker.pid" --storage-driver vfs \
  --add-runtime "refrun=$REFRUN" --default-runtime refrun -H "unix://$SCRATCH/docker.sock") || exit 1
trap 'end_daemon "$daemon"' EXIT

docker() { /usr/bin/docker -H "unix://$SCRATCH/docker.sock" "$@"; }
pid() { docker inspect --format '{{.State.Pid}}' box; }
limit() { memory_limit_of "$(pid)"; }
status() { docker inspect --format '{{.State.Status}}' box; }

check "load the image" docker load -i "$SCRATCH/image.tar"
gives "info names refrun" refrun docker info --format '{{.DefaultRuntime}}'
gives "run prints what the program prints" hello docker run --rm --network none "$IMAGE" echo hello
exits "run exits as the program does" 7 docker run --rm --network none "$IMAGE" sh -c 'exit 7'
exits "a missing program is 127" 127 docker run --rm --network none "$IMAGE" /no/such/program
gives "run -t gives a terminal" /dev/pts/0 docker run --rm -t --network none "$IMAGE" tty
check "run -d" docker run -d --name box --network none "$IMAGE" sh -c "$STOPS_ON_TERM"
gives "inspect says running" running status
gives "exec prints what its program prints" inside docker exec box echo inside
exits "exec exits as its program does" 42 docker exec box sh -c 'exit 42'
gives "exec as a user" 1000 docker exec --user 1000 box id -u
gives "exec with a variable and a directory" "/tmp v" docker exec --env A=v --workdir /tmp box sh -c 'echo "$PWD $A"'
check "top" docker top box
check "stats" docker stats --no-stream box
check "pause" docker pause box
gives "inspect says paused" paused status
check "unpause" docker unpause box
gives "inspect says running again" running status
check "update --memory" docker update --memory 64m --memory-swap 64m box
gives "the kernel has the new limit" 67108864 limit
check "stop" docker stop -t 30 box
gives "the program has ended by itself" 0 docker inspect --format '{{.State.ExitCode}}' box
check "start again" docker start box
check "kill" docker kill --signal KILL box
gives "it has ended by KILL" 137 docker wait box
check "rm" docker rm box
check "run -d without its own PID namespace" docker run -d --pid host --name box --network none "$IMAGE" sleep 1000
check "rm -f" docker rm -f box
gives "no container is left" "" docker ps -aq
gives "refrun knows of none" "" "$REFRUN" --root "$SCRATCH/exec/runtime-runc/moby" list -q
finish

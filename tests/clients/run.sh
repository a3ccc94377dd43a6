#!/bin/sh
# Runs the clients that are named (podman, containerd, docker; all by default) on build/bin/refrun. Needs root.
set -u
here=$(cd "$(dirname "$0")" && pwd)
REFRUN=${REFRUN:-$here/../../build/bin/refrun}
REFRUN=$(realpath "$REFRUN")
IMAGE=runproof-clients:1
export REFRUN IMAGE

[ $# -gt 0 ] || set -- podman containerd docker
scratch=$(mktemp -d /tmp/runproof-clients.XXXXXX)
status=0
for client in "$@"; do
  SCRATCH=$scratch/$client
  export SCRATCH
  mkdir "$SCRATCH"
  "$here/make_image.py" "$(command -v busybox)" "$IMAGE" "$SCRATCH/image.tar" || exit 1
  printf '== %s\n' "$client"
  if "$here/$client.sh"; then
    find "$SCRATCH" -xdev -depth -mindepth 1 -delete 2>/dev/null
  else
    status=1
    printf '== %s failed; its files are in %s\n' "$client" "$SCRATCH"
  fi
done
[ "$status" -ne 0 ] || rm -rf --one-file-system "$scratch"
exit "$status"

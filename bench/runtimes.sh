#!/bin/sh
# The runtimes to compare, one "NAME=PATH" a line: bench/runtimes.sh FOLDER_OF_REFRUN. Those that are not installed are left out.
set -eu
PATH="$PATH:/usr/sbin"
echo "refrun=$1/refrun"
for name in crun runc; do
  path=$(command -v "$name") && echo "$name=$path"
done
exit 0

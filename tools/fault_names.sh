#!/bin/sh
# Every fault("name") of refrun is described in faults.def, and every one described there has a place where it is told.
set -eu
cd "$(dirname "$0")/../reference_runtime"
told=$(grep -rhoE --include='*.cc' --include='*.h' 'fault\("[a-z0-9_]+"\)' . | sed 's/fault("\(.*\)")/\1/' | sort -u)
described=$(sed -n 's/^[A-Z]*(\([a-z0-9_]*\),.*/\1/p' sys/faults.def | sort)
status=0
for name in $(echo "$described" | uniq -d); do
  echo "fault \"$name\" is described twice in reference_runtime/sys/faults.def" >&2
  status=1
done
for name in $told; do
  echo "$described" | grep -qx "$name" || { echo "fault \"$name\" is not described in reference_runtime/sys/faults.def" >&2; status=1; }
done
for name in $described; do
  echo "$told" | grep -qx "$name" || { echo "fault \"$name\" of reference_runtime/sys/faults.def is told nowhere" >&2; status=1; }
done
exit "$status"

#!/bin/sh
# The include arrows of docs/architecture.md: who may include whom. Prints each breach as file:line; fails if there is one.
set -eu
cd "$(dirname "$0")/.."
breaches=0

# forbid FOLDER PATTERN WHY: no source below FOLDER includes a header that matches PATTERN
forbid() {
  if found=$(grep -rnE --include='*.cc' --include='*.h' "^#include \"($2)" "$1" 2>/dev/null); then
    printf '%s\n%s\n' "$found" "  $3" >&2
    breaches=1
  fi
}

forbid base '(harness|cases|reports|reference_runtime|fixtures|python)/' 'base knows nothing of OCI'
forbid reference_runtime '(harness|cases|reports|fixtures|python)/' 'the reference runtime and the suite share base only'
forbid harness '(reference_runtime|cases|fixtures|python)/' 'the harness treats every runtime as a binary'
forbid cases '(reference_runtime|reports|python)/' 'cases include harness/case.h'
forbid reports '(harness|cases|reference_runtime|fixtures|python)/' 'a report needs nothing but the log'
forbid python '(reference_runtime|cases|fixtures)/' 'python has the harness and the log'
forbid fixtures '(harness|cases|reports|reference_runtime|python)/' 'the probe is alone in its container'
for layer in spawn host bundle observe; do
  forbid "harness/$layer" 'harness/(registry|run|cli)/' "harness/$layer is below the registry"
done
forbid harness/spawn 'harness/(host|bundle|runtime|observe)/' 'harness/spawn is at the bottom'
forbid harness/observe 'harness/(host|bundle|runtime)/' 'harness/observe is above harness/spawn alone'
forbid harness/host 'harness/(bundle|runtime)/' 'harness/host is above harness/spawn and harness/observe alone'
exit "$breaches"

#!/bin/sh
# emulated_test.sh WASM_RUN EXIT_MODULE: the engine starts under QEMU's user emulation, knows it, and the exit code comes through.
set -u
emulator=$(command -v qemu-x86_64-static || command -v qemu-x86_64) || { echo 'skipped: no qemu-x86_64 (package qemu-user)'; exit 0; }
log=$("$emulator" "$1" --verbose "$2" 42 2>&1 >/dev/null)
status=$?
echo "exit code $status: $log"
[ "$status" = 42 ] || exit 1
case $log in
  *emulated=1*) ;;
  *) exit 1 ;;
esac

#!/bin/sh
# hello: a module against a native program, both by refrun run (in turns, medians; wanted: at most 3x)
set -eu
bin=$1 work=$2
cat >"$work/hello.wat" <<'EOT'
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
  (func (export "_start") (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))
EOT
echo '#include <stdio.h>
int main(void) { return puts("hello") < 0; }' >"$work/hello.c"
for kind in native wasm; do cp -r "$work/bundle" "$work/hello-$kind"; done
gcc -O2 -static -o "$work/hello-native/rootfs/hello" "$work/hello.c"
wat2wasm -o "$work/hello-wasm/rootfs/hello.wasm" "$work/hello.wat"
sed -i 's|"/probe", "true"|"/hello"|' "$work/hello-native/config.json"
sed -i 's|"/probe", "true"|"/hello.wasm"|; 1s|{|{"annotations": {"run.oci.handler": "wasm"},|' "$work/hello-wasm/config.json"

set --
for kind in native wasm; do
  run="$bin/refrun --root $work/state-hello-$kind run --bundle $work/hello-$kind hello-$kind"
  [ "$($run)" = hello ] || { echo "the $kind hello does not say hello"; exit 1; }
  set -- "$@" "$kind=$run"
done
bench/measure.py 100 native "$@"

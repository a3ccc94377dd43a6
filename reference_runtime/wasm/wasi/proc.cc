#include <signal.h>

#include "reference_runtime/wasm/wasi/functions.h"

namespace refrun::wasm::wasi {

HostAnswer proc_exit(void* /*world*/, HostCall& call) {
  call.exit_code = static_cast<std::uint32_t>(call.args[0]);
  return HostAnswer::exit;
}

/// The signals that end a process end the module, like a trap; the others are as good as ignored.
HostAnswer proc_raise(void* /*world*/, HostCall& call) {
  // From WASI's numbers; those missing (none, chld, cont, stop, tstp, ttin, ttou, urg, winch) do not end a process.
  constexpr std::uint32_t kHarmless[] = {0, 16, 17, 18, 19, 20, 21, 22, 27};
  const auto signal = static_cast<std::uint32_t>(call.args[0]);
  if (signal > 30) {
    call.args[0] = static_cast<Slot>(Errno::inval);
    return HostAnswer::done;
  }
  for (std::uint32_t harmless : kHarmless) {
    if (signal != harmless) continue;
    call.args[0] = static_cast<Slot>(Errno::success);
    return HostAnswer::done;
  }
  call.message = "raised signal " + std::to_string(signal);
  return HostAnswer::trap;
}

}  // namespace refrun::wasm::wasi

#include <sched.h>
#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "reference_runtime/wasm/wasi/functions.h"
#include "reference_runtime/wasm/wasi/timestamp.h"

namespace refrun::wasm::wasi {
namespace {

clockid_t clock_from(std::uint32_t id) {
  constexpr clockid_t kClocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
  if (id >= std::size(kClocks)) throw Refusal{Errno::inval};
  return kClocks[id];
}

}  // namespace

Errno clock_res_get(World& /*world*/, Guest guest, std::uint32_t id, Ptr resolution) {
  timespec time{};
  if (clock_getres(clock_from(id), &time) != 0) return last_errno();
  guest.write(resolution, timestamp(time));
  return Errno::success;
}

Errno clock_time_get(World& /*world*/, Guest guest, std::uint32_t id, std::uint64_t /*precision*/, Ptr out) {
  timespec time{};
  if (clock_gettime(clock_from(id), &time) != 0) return last_errno();
  guest.write(out, timestamp(time));
  return Errno::success;
}

Errno random_get(World& /*world*/, Guest guest, Ptr buf, Size length) {
  std::span<std::uint8_t> left = guest.bytes(buf, length);
  while (!left.empty()) {
    const ssize_t got = getrandom(left.data(), std::min<std::size_t>(left.size(), 1 << 20), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_errno();
    left = left.subspan(static_cast<std::size_t>(got));
  }
  return Errno::success;
}

Errno sched_yield(World& /*world*/, Guest /*guest*/) { return ::sched_yield() == 0 ? Errno::success : last_errno(); }

}  // namespace refrun::wasm::wasi

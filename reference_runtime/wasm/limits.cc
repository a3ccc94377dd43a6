#include "reference_runtime/wasm/limits.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>

#include "base/text.h"
#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {
namespace {

constexpr std::uint64_t kLookEvery = 20'000;

std::optional<std::uint64_t> number_of(const std::map<std::string, std::string>& annotations, const char* key) {
  const auto it = annotations.find(key);
  if (it == annotations.end()) return std::nullopt;
  const auto number = base::to_number(it->second);
  if (!number || *number < 0) throw LoadError(fmt::format("annotation {} is \"{}\", not a number", key, it->second));
  return static_cast<std::uint64_t>(*number);
}

std::chrono::nanoseconds now_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

RunLimits RunLimits::from(const std::map<std::string, std::string>& annotations) {
  RunLimits limits;
  limits.fuel = number_of(annotations, "org.runproof.wasm.fuel");
  const auto milliseconds = [&](const char* key) -> std::optional<std::chrono::milliseconds> {
    const auto number = number_of(annotations, key);
    // A year is as good as any longer time, and cannot overflow.
    if (number)
      return std::chrono::milliseconds(std::min<std::uint64_t>(*number, std::uint64_t{366} * 24 * 3600 * 1000));
    return std::nullopt;
  };
  limits.cpu_time = milliseconds("org.runproof.wasm.cpu-ms");
  limits.wall_time = milliseconds("org.runproof.wasm.wall-ms");
  return limits;
}

void RunLimits::arm(Meter& meter) const {
  if (!cpu_time && !wall_time) {
    if (fuel) meter.limit_fuel(*fuel);
    return;
  }
  const auto cpu_end = cpu_time ? std::optional(now_of(CLOCK_PROCESS_CPUTIME_ID) + *cpu_time) : std::nullopt;
  const auto wall_end = wall_time ? std::optional(now_of(CLOCK_MONOTONIC) + *wall_time) : std::nullopt;
  const auto slice = [fuel = fuel](const Meter& m) {
    return fuel ? std::min(kLookEvery, *fuel > m.used() ? *fuel - m.used() : 0) : kLookEvery;
  };
  meter.limit_fuel(slice(meter));
  meter.on_deadline([&meter, cpu_end, wall_end, slice](Deadline) {
    if (cpu_end && now_of(CLOCK_PROCESS_CPUTIME_ID) >= *cpu_end) return Decision::trap(Trap::deadline);
    if (wall_end && now_of(CLOCK_MONOTONIC) >= *wall_end) return Decision::trap(Trap::deadline);
    const std::uint64_t next = slice(meter);
    return next == 0 ? Decision::trap() : Decision::proceed(next);
  });
}

}  // namespace refrun::wasm

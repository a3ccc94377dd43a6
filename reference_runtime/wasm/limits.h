#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "reference_runtime/wasm/meter.h"
#include "reference_runtime/wasm/module.h"

namespace refrun::wasm {

/// What a container's annotations allow a module. Each one that runs out is a trap.
struct RunLimits {
  std::optional<std::uint64_t> fuel = std::nullopt;                   // org.runproof.wasm.fuel
  std::optional<std::chrono::milliseconds> cpu_time = std::nullopt;   // org.runproof.wasm.cpu-ms
  std::optional<std::chrono::milliseconds> wall_time = std::nullopt;  // org.runproof.wasm.wall-ms

  /// Throws LoadError naming the annotation that is no number.
  static RunLimits from(const std::map<std::string, std::string>& annotations);
  [[nodiscard]] Metering metering() const { return fuel || cpu_time || wall_time ? Metering::on : Metering::off; }
  /// Arms a meter, from now on. The process's own clocks are looked at every 20,000 units of fuel: no thread, no
  /// signal.
  void arm(Meter& meter) const;
};

}  // namespace refrun::wasm

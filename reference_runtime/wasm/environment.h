#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace refrun::wasm {

/// What decides how linear memories can be had here. Bytes throughout.
struct Environment {
  enum class Overcommit : std::uint8_t { heuristic = 0, always = 1, never = 2 };  // vm.overcommit_memory
  enum class HugePages : std::uint8_t { never, on_request, always };              // transparent_hugepage/enabled

  std::uint64_t memory_available = 0;                              // MemAvailable
  std::optional<std::uint64_t> address_space_left = std::nullopt;  // RLIMIT_AS minus what is mapped; nullopt: no limit
  Overcommit overcommit = Overcommit::heuristic;
  HugePages huge_pages = HugePages::never;
  bool hypervisor = false;  // the processor's hypervisor flag
  bool emulated = false;    // ... and it says TCG: QEMU translates every instruction

  /// "available=23456MiB as=unlimited overcommit=0 thp=madvise hypervisor=1 emulated=0"
  [[nodiscard]] std::string text() const;
};

/// Reads /proc, /sys, limits and CPUID. What cannot be read keeps its default; never throws.
Environment probe_environment();

}  // namespace refrun::wasm

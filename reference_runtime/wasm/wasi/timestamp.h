#pragma once

#include <cstdint>
#include <ctime>

namespace refrun::wasm::wasi {

/// A `timestamp` of the ABI: nanoseconds.
inline std::uint64_t timestamp(const timespec& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace refrun::wasm::wasi

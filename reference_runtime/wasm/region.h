#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace refrun::wasm {

/// Address space of one linear memory. What `resize` adds reads as zero.
class Region {
 public:
  Region() = default;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  virtual ~Region() = default;

  [[nodiscard]] virtual std::uint8_t* base() const = 0;
  /// Makes exactly the first `bytes` usable. May move the base. False where the system has no memory for it: nothing
  /// changed then.
  [[nodiscard]] virtual bool resize(std::uint64_t bytes) = 0;
};

/// Where linear memories come from. Thread-safe; outlives its regions.
class MemorySource {
 public:
  MemorySource() = default;
  MemorySource(const MemorySource&) = delete;
  MemorySource& operator=(const MemorySource&) = delete;
  virtual ~MemorySource() = default;

  /// An empty region for a memory that may grow up to `max_bytes`. nullptr where the system has no memory for it.
  [[nodiscard]] virtual std::unique_ptr<Region> make_region(std::uint64_t max_bytes) = 0;
};

/// Plain mappings: what is asked for and no more; growing may move.
class OnDemandSource final : public MemorySource {
 public:
  std::unique_ptr<Region> make_region(std::uint64_t max_bytes) override;
};

}  // namespace refrun::wasm

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "reference_runtime/wasm/environment.h"
#include "reference_runtime/wasm/region.h"

namespace refrun::wasm {

struct PoolShape {
  std::uint64_t slot_bytes = 0;   // what one memory can grow to in place; a multiple of 2 MiB
  std::uint64_t guard_bytes = 0;  // never accessible, before the first slot and behind each
  std::uint32_t slots = 0;
  [[nodiscard]] std::uint64_t reservation() const { return guard_bytes + slots * (slot_bytes + guard_bytes); }
};

/// Slots in one reservation of address space, each between guards. A slot that was used keeps its first pages resident
/// and its protection, so the next memory of the same size costs no system call but one madvise. A memory that no slot
/// is free for, or that outgrows its slot, gets a mapping of its own.
class Pool final : public MemorySource {
 public:
  /// nullptr where the address space cannot be had.
  static std::unique_ptr<Pool> make(PoolShape shape, Environment::HugePages huge_pages);
  ~Pool() override;

  std::unique_ptr<Region> make_region(std::uint64_t max_bytes) override;
  [[nodiscard]] const PoolShape& shape() const { return shape_; }
  [[nodiscard]] std::uint32_t free_slots() const;

 private:
  friend class PooledRegion;
  struct Slot {
    std::uint8_t* base = nullptr;
    std::uint64_t accessible = 0;  // bytes that are readable and writable
  };
  Pool(PoolShape shape, Environment::HugePages huge_pages, std::uint8_t* reservation, std::uint64_t mapped);
  void give_back(Slot slot);

  PoolShape shape_;
  bool huge_pages_ = false;
  std::uint8_t* reservation_;
  std::uint64_t mapped_;
  mutable std::mutex mutex_;
  std::vector<Slot> free_;  // a stack: the slot used last is the warmest
};

}  // namespace refrun::wasm

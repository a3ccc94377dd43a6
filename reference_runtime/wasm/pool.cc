#include "reference_runtime/wasm/pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace refrun::wasm {
namespace {

constexpr std::uint64_t kHugePage = 2 << 20;
constexpr std::uint64_t kKeepResident = 16 << 10;
// A memory that is this big at once will be used as a whole: then huge pages save faults and TLB misses. Smaller ones
// would only grow fat: a page touched costs 2 MiB.
constexpr std::uint64_t kWorthHugePages = 8 << 20;

std::uint8_t* round_up(std::uint8_t* at, std::uint64_t unit) {
  const auto value = reinterpret_cast<std::uintptr_t>(at);
  return at + ((unit - value % unit) % unit);
}

}  // namespace

class PooledRegion final : public Region {
 public:
  PooledRegion(Pool& pool, Pool::Slot slot) : pool_(pool), slot_(slot) {}
  ~PooledRegion() override {
    if (!spilled_) pool_.give_back(slot_);
  }

  [[nodiscard]] std::uint8_t* base() const override { return spilled_ ? spilled_->base() : slot_.base; }

  [[nodiscard]] bool resize(std::uint64_t bytes) override {
    if (spilled_) return spilled_->resize(bytes);
    if (bytes > pool_.shape_.slot_bytes) return spill(bytes);
    if (!protect(bytes)) return false;
    bytes_ = bytes;
    return true;
  }

 private:
  /// Exactly `bytes` accessible: what a former user had beyond that goes away again.
  bool protect(std::uint64_t bytes) {
    if (bytes > slot_.accessible) {
      std::uint8_t* end = slot_.base + slot_.accessible;
      if (mprotect(end, bytes - slot_.accessible, PROT_READ | PROT_WRITE) != 0) return false;
      if (pool_.huge_pages_ && bytes - slot_.accessible >= kWorthHugePages) {
        static_cast<void>(madvise(end, bytes - slot_.accessible, MADV_HUGEPAGE));  // advice: no error matters
      }
    } else if (bytes < slot_.accessible) {
      if (mprotect(slot_.base + bytes, slot_.accessible - bytes, PROT_NONE) != 0) return false;
    }
    slot_.accessible = bytes;
    return true;
  }

  bool spill(std::uint64_t bytes) {
    auto region = OnDemandSource().make_region(bytes);
    if (!region->resize(bytes)) return false;
    if (bytes_ != 0) std::memcpy(region->base(), slot_.base, bytes_);
    spilled_ = std::move(region);
    pool_.give_back(slot_);
    return true;
  }

  Pool& pool_;
  Pool::Slot slot_;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<Region> spilled_;
};

std::unique_ptr<Pool> Pool::make(PoolShape shape, Environment::HugePages huge_pages) {
  const std::uint64_t mapped = shape.reservation() + kHugePage;
  void* at = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return nullptr;
  return std::unique_ptr<Pool>(new Pool(shape, huge_pages, static_cast<std::uint8_t*>(at), mapped));
}

Pool::Pool(PoolShape shape, Environment::HugePages huge_pages, std::uint8_t* reservation, std::uint64_t mapped)
    : shape_(shape),
      huge_pages_(huge_pages == Environment::HugePages::on_request),
      reservation_(reservation),
      mapped_(mapped) {
  std::uint8_t* first = round_up(reservation, kHugePage) + shape.guard_bytes;
  free_.reserve(shape.slots);
  for (std::uint32_t i = shape.slots; i-- > 0;)
    free_.push_back({first + i * (shape.slot_bytes + shape.guard_bytes), 0});
}

Pool::~Pool() { munmap(reservation_, mapped_); }

std::unique_ptr<Region> Pool::make_region(std::uint64_t max_bytes) {
  Slot slot;
  {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return OnDemandSource().make_region(max_bytes);
    slot = free_.back();
    free_.pop_back();
  }
  return std::make_unique<PooledRegion>(*this, slot);
}

std::uint32_t Pool::free_slots() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint32_t>(free_.size());
}

void Pool::give_back(Slot slot) {
  const std::uint64_t kept = std::min(slot.accessible, kKeepResident);
  if (slot.accessible > kept && madvise(slot.base + kept, slot.accessible - kept, MADV_DONTNEED) != 0) {
    // Locked pages, for one, are not given up: then the old contents must go in another way.
    std::memset(slot.base + kept, 0, slot.accessible - kept);
  }
  if (kept != 0) std::memset(slot.base, 0, kept);
  const std::lock_guard lock(mutex_);
  free_.push_back(slot);
}

}  // namespace refrun::wasm

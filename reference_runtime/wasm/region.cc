#include "reference_runtime/wasm/region.h"

#include <sys/mman.h>

namespace refrun::wasm {
namespace {

class OnDemandRegion final : public Region {
 public:
  ~OnDemandRegion() override {
    if (base_) munmap(base_, bytes_);
  }
  [[nodiscard]] std::uint8_t* base() const override { return base_; }
  [[nodiscard]] bool resize(std::uint64_t bytes) override {
    if (bytes == bytes_) return true;
    void* at = MAP_FAILED;
    if (base_ == nullptr) {
      at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } else {
      at = mremap(base_, bytes_, bytes, MREMAP_MAYMOVE);
    }
    if (at == MAP_FAILED) return false;
    base_ = static_cast<std::uint8_t*>(at);
    bytes_ = bytes;
    return true;
  }

 private:
  std::uint8_t* base_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Region> OnDemandSource::make_region(std::uint64_t /*max_bytes*/) {
  return std::make_unique<OnDemandRegion>();
}

}  // namespace refrun::wasm

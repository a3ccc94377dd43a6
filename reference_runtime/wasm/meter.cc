#include "reference_runtime/wasm/meter.h"

#include <algorithm>

namespace refrun::wasm {
namespace {

constexpr std::int64_t kSlice = 20'000;

}  // namespace

void Meter::limit_epoch(const Epoch& epoch, std::uint64_t delta) {
  epoch_ = &epoch;
  epoch_end_ = epoch.now() + delta;
}

std::int64_t Meter::grant() {
  slice_ = fuel_ ? std::clamp<std::int64_t>(*fuel_, 0, kSlice) : kSlice;
  return slice_;
}

void Meter::settle(std::int64_t left) {
  const std::int64_t spent = slice_ - left;
  slice_ = 0;
  used_ += static_cast<std::uint64_t>(spent);
  if (fuel_) *fuel_ -= spent;
}

std::optional<Deadline> Meter::passed() const {
  if (fuel_ && *fuel_ <= 0) return Deadline::fuel;
  if (epoch_ && epoch_->now() >= epoch_end_) return Deadline::epoch;
  return std::nullopt;
}

void Meter::rearm(Deadline deadline, std::uint64_t delta) {
  if (deadline == Deadline::fuel) {
    fuel_ = std::max<std::int64_t>(0, fuel_.value_or(0)) + static_cast<std::int64_t>(delta);
  } else {
    epoch_end_ = epoch_->now() + delta;
  }
}

}  // namespace refrun::wasm

#include "reference_runtime/wasm/ticker.h"

namespace refrun::wasm {

Ticker::Ticker(Epoch& epoch, std::chrono::microseconds period) {
  thread_ = std::thread([this, &epoch, period] {
    std::unique_lock lock(mutex_);
    auto next = std::chrono::steady_clock::now() + period;
    while (!stopping_.wait_until(lock, next, [this] { return stopped_; })) {
      epoch.advance();
      next += period;
    }
  });
}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

}  // namespace refrun::wasm

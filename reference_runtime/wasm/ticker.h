#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "reference_runtime/wasm/meter.h"

namespace refrun::wasm {

/// Advances an epoch at a fixed rate, on a thread of its own.
class Ticker {
 public:
  /// `epoch` must outlive the ticker.
  Ticker(Epoch& epoch, std::chrono::microseconds period);
  ~Ticker();

 private:
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace refrun::wasm

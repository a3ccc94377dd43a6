#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {

/// Something a task can wait for.
class Awaitable {
 public:
  Awaitable() = default;
  Awaitable(const Awaitable&) = delete;
  Awaitable& operator=(const Awaitable&) = delete;
  virtual ~Awaitable() = default;
  /// Calls `wake` exactly once when ready: perhaps at once, perhaps from another thread.
  virtual void when_ready(std::function<void()> wake) = 0;
};

/// A counter that somebody else advances. Reading it costs one relaxed load.
class Epoch {
 public:
  void advance() { now_.fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t now() const { return now_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> now_ = 0;
};

/// What the embedder decides when fuel or time is used up. `delta` is fuel, or ticks of the epoch.
struct Decision {
  enum class Kind : std::uint8_t { trap, proceed, yield };
  Kind kind = Kind::trap;
  std::uint64_t delta = 0;
  std::shared_ptr<Awaitable> until = nullptr;

  Trap why = Trap::none;  // none: the trap of the deadline that passed

  static Decision trap(Trap why = Trap::none) { return {.why = why}; }
  static Decision proceed(std::uint64_t delta) { return {.kind = Kind::proceed, .delta = delta}; }
  static Decision yield(std::uint64_t delta) { return {.kind = Kind::yield, .delta = delta}; }
  static Decision yield_custom(std::uint64_t delta, std::shared_ptr<Awaitable> until) {
    return {.kind = Kind::yield, .delta = delta, .until = std::move(until)};
  }
};

enum class Deadline : std::uint8_t { fuel, epoch };

/// Fuel and time of one execution. The interpreter is given slices; between slices the epoch is looked at, so a
/// deadline is noticed within one slice (20,000 units, some 50 microseconds). One unit of fuel is about one instruction
/// of the module.
class Meter {
 public:
  using Callback = std::function<Decision(Deadline)>;

  /// Runs out after this many units. Without a call of this, fuel is not limited.
  void limit_fuel(std::uint64_t units) { fuel_ = static_cast<std::int64_t>(units); }
  /// Ends `delta` ticks from now. `epoch` must outlive the meter.
  void limit_epoch(const Epoch& epoch, std::uint64_t delta);
  /// Asked at each deadline; without one, a deadline traps.
  void on_deadline(Callback callback) { callback_ = std::move(callback); }
  [[nodiscard]] std::uint64_t used() const { return used_; }

  // For the execution.
  /// A new slice of fuel.
  [[nodiscard]] std::int64_t grant();
  /// Takes back what is left of the slice, which may be less than nothing.
  void settle(std::int64_t left);
  /// Which deadline has passed, if any.
  [[nodiscard]] std::optional<Deadline> passed() const;
  [[nodiscard]] Decision decide(Deadline deadline) const { return callback_ ? callback_(deadline) : Decision::trap(); }
  /// Sets the deadline anew, counted from now: after a resume, never before the suspension.
  void rearm(Deadline deadline, std::uint64_t delta);

 private:
  std::optional<std::int64_t> fuel_;
  std::uint64_t used_ = 0;
  std::int64_t slice_ = 0;
  const Epoch* epoch_ = nullptr;
  std::uint64_t epoch_end_ = 0;
  Callback callback_;
};

}  // namespace refrun::wasm

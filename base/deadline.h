#pragma once

#include <chrono>

namespace base {

/// A point on the monotonic clock by which something must have happened. Passed down, never restarted.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(Clock::time_point at) : at_(at) {}
  [[nodiscard]] static Deadline in(std::chrono::nanoseconds span) { return Deadline(Clock::now() + span); }
  [[nodiscard]] static Deadline never() { return Deadline(Clock::time_point::max()); }

  [[nodiscard]] bool passed() const { return Clock::now() >= at_; }
  /// Time left, zero once passed.
  [[nodiscard]] std::chrono::nanoseconds left() const;
  /// Time left as poll(2) wants it: whole milliseconds rounded up, -1 for `never`.
  [[nodiscard]] int poll_timeout() const;
  /// The nearer of the two.
  [[nodiscard]] Deadline sooner(Deadline other) const { return at_ < other.at_ ? *this : other; }

 private:
  Clock::time_point at_;
};

}  // namespace base

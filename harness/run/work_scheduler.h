#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// The lock of an item beside which nothing else may run.
inline constexpr std::string_view kAlone = "alone";

/// Says which item of a list may begin next: in order, at most `slots` at once, and never two with the same lock.
/// An item whose lock is taken lets those behind it pass, and goes first once the lock is free. Those that must be
/// alone come last, one by one. No I/O, no clock.
class Scheduler {
 public:
  /// `locks` has one entry an item, "" for none.
  Scheduler(std::vector<std::string> locks, std::size_t slots);

  /// The item to begin now, counted as running from here on; nullopt while every slot or every needed lock is taken.
  [[nodiscard]] std::optional<std::size_t> next();
  /// `item` has ended: its slot and its lock are free.
  void ended(std::size_t item);
  /// Nothing more begins.
  void stop();

  [[nodiscard]] std::size_t running() const { return running_; }
  /// Nothing runs and nothing is left to begin.
  [[nodiscard]] bool done() const;

 private:
  struct Lock {
    bool taken = false;
    std::deque<std::size_t> waiting;
  };

  [[nodiscard]] std::size_t begin(std::size_t item);
  [[nodiscard]] std::optional<std::size_t> next_alone();

  std::vector<std::string> locks_;
  std::size_t slots_;
  std::size_t first_untouched_ = 0;
  std::deque<std::size_t> freed_;  ///< had to wait for a lock that is free now
  std::map<std::string, Lock> by_lock_;
  std::deque<std::size_t> alone_;
  std::size_t waiting_ = 0;
  std::size_t running_ = 0;
};

}  // namespace runproof

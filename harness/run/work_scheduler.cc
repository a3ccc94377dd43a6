#include "harness/run/work_scheduler.h"

#include <algorithm>
#include <utility>

namespace runproof {

Scheduler::Scheduler(std::vector<std::string> locks, std::size_t slots)
    : locks_(std::move(locks)), slots_(std::max<std::size_t>(slots, 1)) {}

std::optional<std::size_t> Scheduler::next() {
  if (running_ >= slots_) return std::nullopt;
  if (!freed_.empty()) {
    const std::size_t item = freed_.front();
    freed_.pop_front();
    return begin(item);
  }
  while (first_untouched_ < locks_.size()) {
    const std::size_t item = first_untouched_++;
    if (locks_[item].empty()) return begin(item);
    if (locks_[item] == kAlone) {
      alone_.push_back(item);
      continue;
    }
    Lock& lock = by_lock_[locks_[item]];
    if (!std::exchange(lock.taken, true)) return begin(item);
    lock.waiting.push_back(item);
    ++waiting_;
  }
  return next_alone();
}

std::optional<std::size_t> Scheduler::next_alone() {
  if (running_ > 0 || waiting_ > 0 || alone_.empty()) return std::nullopt;
  const std::size_t item = alone_.front();
  alone_.pop_front();
  return begin(item);
}

std::size_t Scheduler::begin(std::size_t item) {
  ++running_;
  return item;
}

void Scheduler::ended(std::size_t item) {
  --running_;
  if (locks_[item].empty() || locks_[item] == kAlone) return;
  Lock& lock = by_lock_[locks_[item]];
  if (lock.waiting.empty()) {
    lock.taken = false;
    return;
  }
  freed_.push_back(lock.waiting.front());  // the lock passes on without becoming free
  lock.waiting.pop_front();
  --waiting_;
}

void Scheduler::stop() {
  first_untouched_ = locks_.size();
  freed_.clear();
  alone_.clear();
  for (auto& [name, lock] : by_lock_) lock.waiting.clear();
  waiting_ = 0;
}

bool Scheduler::done() const {
  return running_ == 0 && waiting_ == 0 && freed_.empty() && alone_.empty() && first_untouched_ >= locks_.size();
}

}  // namespace runproof

#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace refrun {

/// What has been done, to be undone last first unless everything succeeds. Actions must not throw.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() { unwind(); }

  void add(std::function<void()> action) { actions_.push_back(std::move(action)); }
  void unwind() {
    while (!actions_.empty()) {
      const auto action = std::move(actions_.back());
      actions_.pop_back();
      action();
    }
  }
  void release() { actions_.clear(); }

 private:
  std::vector<std::function<void()>> actions_;
};

}  // namespace refrun

#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace librefrun {

/// Makes this process the worst caller there is: 64 threads that allocate and hold locks, handlers for SIGCHLD and
/// others, an alarm every two milliseconds, signals blocked and ignored in every thread, 500 descriptors that survive
/// exec, fork handlers, and a umask, limits and a working directory of its own. Its threads end with it; the rest stays
/// as it is, for no other test is to be run beside.
class HostileCaller {
 public:
  explicit HostileCaller(const std::string& working_directory);
  ~HostileCaller();

  /// How often a fork handler has run.
  [[nodiscard]] static int forks();
  /// How often a SIGCHLD was handled.
  [[nodiscard]] static int children_ended();

 private:
  void be_busy();

  std::atomic<bool> over_ = false;
  std::mutex contended_;
  std::vector<std::thread> threads_;
};

/// The signals that the caller has blocked, and those that it ignores.
inline constexpr int kBlocked[] = {1, 10, 15, 36};
inline constexpr int kIgnored[] = {2, 3, 12, 13, 40};

}  // namespace librefrun

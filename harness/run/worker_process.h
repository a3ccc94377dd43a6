#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace runproof {

/// Runs in the worker: does the work, writes its report to `report_fd`, returns the exit code.
using WorkerBody = std::function<int(int report_fd)>;

/// A report beyond this is cut off, and so found incomplete.
inline constexpr std::size_t kMostReport = std::size_t{64} << 20;
/// Of what a worker prints, the end is kept.
inline constexpr std::size_t kMostWorkerOutput = std::size_t{16} << 10;

/// How a worker's process ended: by an exit code or by a signal.
struct WorkerExit {
  int code = 0;
  int signal = 0;  ///< 0: it exited
};

/// A worker: a child forked from this process, which must have one thread (docs/decisions/worker-processes.md). It has
/// a session of its own and dies with us. It keeps descriptors 0 (/dev/null), 1 and 2 (one pipe to us) and its report
/// pipe, no other.
class WorkerProcess {
 public:
  using Clock = std::chrono::steady_clock;

  /// Throws SysError where it cannot be started. No signal is blocked in the child.
  explicit WorkerProcess(const WorkerBody& body);
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  /// One that still runs is ended (SIGKILL) and reaped.
  ~WorkerProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] Clock::time_point began() const { return began_; }
  /// To poll for POLLIN; -1 after its end of file.
  [[nodiscard]] int report_fd() const { return report_.get(); }
  [[nodiscard]] int output_fd() const { return output_.get(); }

  /// Takes in what the pipes hold now; never blocks. Throws SysError.
  void read();
  void kill() const;
  /// Reaps it when it has ended; never blocks. Afterwards everything it wrote has been read.
  [[nodiscard]] std::optional<WorkerExit> ended();

  /// All it has written to its report descriptor so far.
  [[nodiscard]] const std::string& report() const { return report_text_; }
  /// The end of what it wrote to stdout and stderr.
  [[nodiscard]] const std::string& output() const { return output_text_; }

 private:
  Clock::time_point began_ = Clock::now();
  pid_t pid_ = 0;
  base::UniqueFd pidfd_;  ///< none once it is reaped
  base::UniqueFd report_;
  base::UniqueFd output_;
  std::string report_text_;
  std::string output_text_;
};

}  // namespace runproof

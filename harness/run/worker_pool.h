#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "harness/observe/death.h"
#include "harness/run/held_signals.h"
#include "harness/run/work_scheduler.h"
#include "harness/run/worker_process.h"

namespace runproof {

/// How long a worker that is overdue still has, to end by itself and say what it knows.
inline constexpr std::chrono::milliseconds kLastWords{2'000};

/// One piece of work: which lock it holds, and how long its worker may take. At the limit a picture of all that is
/// alive is taken and the work counts as timed out; kLastWords later the worker is killed.
struct WorkItem {
  std::string lock;
  std::chrono::milliseconds limit{0};
};

/// How a piece of work ended, as its worker's parent saw it.
struct WorkEnd {
  std::size_t item = 0;
  WorkerExit exit;
  bool timed_out = false;            ///< it was alive at its limit
  std::vector<Diagnosis> survivors;  ///< then: all below the worker, and itself
  std::string report;
  std::string output;
  WorkerProcess::Clock::time_point began;
  std::chrono::nanoseconds took{0};
};

/// Who gives a pool its work and takes what comes of it.
class PoolClient {
 public:
  virtual ~PoolClient() = default;
  /// Runs in the worker (see WorkerBody).
  virtual int work(std::size_t item, int report_fd) = 0;
  virtual void began(std::size_t item) = 0;
  /// The worker is dead and reaped; what it started and did not end are our children now.
  virtual void ended(WorkEnd end) = 0;
  /// A worker that was killed because the run is broken off: nothing is to be said about its item, only to be cleaned
  /// up.
  virtual void cut_off(std::size_t item) = 0;
  /// Comes at every event, and at least ten times a second.
  virtual void tick() {}
};

/// Runs work items in worker processes, in one thread and one poll loop. While it exists this process is a child
/// subreaper, and SIGINT, SIGTERM, SIGHUP and SIGCHLD come to the pool: the first three break the run off, even where
/// they came earlier and were held (HeldSignals).
class WorkerPool {
 public:
  WorkerPool(std::vector<WorkItem> items, std::size_t slots, PoolClient& client);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  /// Until all is done, or what was running when it was stopped or broken off. Throws SysError where it cannot go on.
  void run();
  /// Nothing more begins.
  void stop() { scheduler_.stop(); }
  /// The signal that broke the run off.
  [[nodiscard]] std::optional<int> interrupted_by() const { return signal_; }
  /// The workers there are now.
  [[nodiscard]] std::set<pid_t> workers() const;

 private:
  void begin_what_may();
  void wait_for_events();
  void take_signals();
  void end_overdue();
  void collect();
  void reap_orphans();

  struct Running {
    std::unique_ptr<WorkerProcess> process;
    WorkerProcess::Clock::time_point due;  ///< its limit; once it is overdue, when it is killed
    bool overdue = false;
    std::vector<Diagnosis> survivors = {};
  };

  std::vector<WorkItem> items_;
  PoolClient& client_;
  Scheduler scheduler_;
  base::UniqueFd signals_;
  sigset_t mask_before_{};
  std::map<std::size_t, Running> running_;
  std::optional<int> signal_;
};

}  // namespace runproof

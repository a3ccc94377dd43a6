#include "harness/run/worker_pool.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"
#include "base/pidfd.h"
#include "harness/observe/descendants.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using Work = std::function<int(int report_fd)>;

/// Runs the same work for every item and keeps what came of it.
class Recorder : public PoolClient {
 public:
  explicit Recorder(Work work) : work_(std::move(work)) {}
  int work(std::size_t, int report_fd) override { return work_(report_fd); }
  void began(std::size_t item) override {
    begun.push_back(item);
    if (on_begin) on_begin();
  }
  void ended(WorkEnd end) override { ends.push_back(std::move(end)); }
  void cut_off(std::size_t item) override { cut.push_back(item); }

  std::vector<std::size_t> begun;
  std::vector<WorkEnd> ends;
  std::vector<std::size_t> cut;
  std::function<void()> on_begin;

 private:
  Work work_;
};

WorkEnd run_one(Work work, std::chrono::milliseconds limit = 10s) {
  Recorder recorder(std::move(work));
  WorkerPool({{.lock = "", .limit = limit}}, 1, recorder).run();
  EXPECT_THAT(recorder.ends, SizeIs(1));
  return recorder.ends.at(0);
}

TEST(WorkerPool, hands_back_what_a_worker_reports_and_prints) {
  const WorkEnd end = run_one([](int report) {
    base::write_all(report, "{\"a\":1}");
    base::write_all(STDOUT_FILENO, "to stdout");
    return 3;
  });
  EXPECT_EQ(end.report, "{\"a\":1}");
  EXPECT_EQ(end.output, "to stdout");
  EXPECT_EQ(end.exit.code, 3);
  EXPECT_EQ(end.exit.signal, 0);
  EXPECT_FALSE(end.timed_out);
}

TEST(WorkerPool, takes_a_report_that_is_longer_than_a_pipe) {
  const WorkEnd end = run_one([](int report) {
    base::write_all(report, std::string(3 << 20, 'x'));
    return 0;
  });
  EXPECT_EQ(end.report.size(), std::size_t{3} << 20);
}

TEST(WorkerPool, keeps_only_the_end_of_endless_output) {
  const WorkEnd end = run_one([](int) {
    for (int i = 0; i < 100; ++i) base::write_all(STDERR_FILENO, std::string(10'000, 'x'));
    base::write_all(STDERR_FILENO, "the end");
    return 0;
  });
  EXPECT_LE(end.output.size(), kMostWorkerOutput);
  EXPECT_TRUE(end.output.ends_with("the end"));
}

TEST(WorkerPool, knows_the_signal_that_ended_a_worker) {
  const WorkEnd end = run_one([](int) -> int {
    raise(SIGKILL);
    return 0;
  });
  EXPECT_EQ(end.exit.signal, SIGKILL);
}

TEST(WorkerPool, an_exception_is_an_exit_with_its_text) {
  const WorkEnd end = run_one([](int) -> int { throw std::runtime_error("no room"); });
  EXPECT_EQ(end.exit.code, EXIT_FAILURE);
  EXPECT_THAT(end.output, HasSubstr("no room"));
}

TEST(WorkerPool, pictures_and_then_kills_a_worker_that_hangs) {
  const WorkEnd end = run_one(
      [](int) -> int {
        for (;;) pause();
      },
      50ms);
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.exit.signal, SIGKILL);
  EXPECT_GE(end.took, 50ms + kLastWords);
  EXPECT_THAT(end.survivors, SizeIs(1));
}

TEST(WorkerPool, a_late_worker_may_still_say_its_last_words) {
  const WorkEnd end = run_one(
      [](int report) {
        pollfd nothing{.fd = -1, .events = 0, .revents = 0};
        poll(&nothing, 1, 200);
        base::write_all(report, "late");
        return 0;
      },
      50ms);
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.report, "late");
  EXPECT_EQ(end.exit.code, 0);
}

TEST(WorkerPool, a_daemon_that_keeps_the_pipes_open_holds_nobody_up) {
  const WorkEnd end = run_one([](int report) {
    base::write_all(report, "done");
    if (fork() == 0) {
      for (;;) pause();
    }
    return 0;
  });
  EXPECT_EQ(end.report, "done");
  for (const pid_t orphan : quick_children_of(getpid())) {
    kill(orphan, SIGKILL);
    waitpid(orphan, nullptr, 0);
  }
}

TEST(WorkerPool, a_worker_has_a_session_and_only_its_own_descriptors) {
  const WorkEnd end = run_one([](int report) {
    std::string text = getsid(0) == getpid() ? "session " : "no session ";
    for (int fd = 3; fd < 100; ++fd) {
      if (fd != report && fcntl(fd, F_GETFD) >= 0) text += "descriptor " + std::to_string(fd) + " ";
    }
    sigset_t mask;
    sigprocmask(SIG_SETMASK, nullptr, &mask);
    if (sigismember(&mask, SIGCHLD) != 0 || sigismember(&mask, SIGINT) != 0) text += "blocked signals";
    base::write_all(report, text);
    return 0;
  });
  EXPECT_EQ(end.report, "session ");
}

TEST(WorkerPool, stopped_it_ends_what_runs_and_begins_nothing) {
  Recorder recorder([](int) { return 0; });
  WorkerPool pool({{}, {}, {}}, 1, recorder);
  recorder.on_begin = [&] { pool.stop(); };
  pool.run();
  EXPECT_THAT(recorder.begun, ElementsAre(0));
  EXPECT_THAT(recorder.ends, SizeIs(1));
}

TEST(WorkerPool, a_signal_breaks_the_run_off) {
  Recorder recorder([](int) -> int {
    for (;;) pause();
  });
  WorkerPool pool({{.lock = "", .limit = 1h}, {.lock = "", .limit = 1h}}, 1, recorder);
  recorder.on_begin = [] { kill(getpid(), SIGINT); };
  pool.run();
  EXPECT_EQ(pool.interrupted_by(), SIGINT);
  EXPECT_THAT(recorder.begun, ElementsAre(0));
  EXPECT_THAT(recorder.cut, ElementsAre(0));
  EXPECT_TRUE(recorder.ends.empty());
}

TEST(WorkerProcess, dies_with_its_parent) {
  const base::FdPair told = base::make_pipe();
  const pid_t parent = fork();
  if (parent == 0) {
    const WorkerProcess worker([](int) -> int {
      for (;;) pause();
    });
    const pid_t pid = worker.pid();
    base::write_all(told.second.get(), {reinterpret_cast<const char*>(&pid), sizeof pid});
    raise(SIGKILL);
  }
  pid_t worker = 0;
  ASSERT_EQ(read(told.first.get(), &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  const auto pidfd = base::open_pidfd(worker);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(!pidfd || base::wait_ended(*pidfd, base::Deadline::in(10s)));
}

}  // namespace
}  // namespace runproof

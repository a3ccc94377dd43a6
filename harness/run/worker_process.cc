#include "harness/run/worker_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <exception>

#include "base/file.h"
#include "base/pidfd.h"
#include "base/sys_error.h"

namespace runproof {
namespace {

/// Everything but the standard three and `kept`.
void close_others(int kept) {
  if (kept > STDERR_FILENO + 1) close_range(STDERR_FILENO + 1, static_cast<unsigned>(kept - 1), 0);
  close_range(static_cast<unsigned>(kept + 1), ~0U, 0);
}

void take_place(int fd, int number) {
  if (dup2(fd, number) < 0) throw base::SysError("dup2 for a worker");
}

void become_worker(pid_t parent, int report, int output) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) throw base::SysError("prctl PR_SET_PDEATHSIG");
  if (getppid() != parent) _exit(1);  // it died before it could be told to take us along
  setsid();
  take_place(base::open_file("/dev/null", O_RDONLY).get(), STDIN_FILENO);
  take_place(output, STDOUT_FILENO);
  take_place(output, STDERR_FILENO);
  close_others(report);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_worker(pid_t parent, const WorkerBody& body, int report, int output) noexcept {
  int code = EXIT_FAILURE;
  try {
    become_worker(parent, report, output);
    code = body(report);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
  }
  std::fflush(nullptr);
  _exit(code);  // not exit: what this process inherited is its parent's to clean up
}

base::FdPair make_reading_pipe() {
  base::FdPair pipe = base::make_pipe();
  if (fcntl(pipe.first.get(), F_SETFL, O_NONBLOCK) != 0) throw base::SysError("fcntl O_NONBLOCK");
  return pipe;
}

/// Appends what `fd` holds now, or as much as a pipe can hold many times over: a writer that never ends must not keep
/// us. At its end the descriptor is closed.
void drain(base::UniqueFd& fd, std::string& text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read(2) fills as much of it as is used
  std::array<char, std::size_t{64} << 10> chunk;
  for (int rounds = 0; fd.valid() && rounds < 32; ++rounds) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got > 0) {
      text.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      fd.reset();
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      throw base::SysError("read from a worker");
    }
  }
}

}  // namespace

WorkerProcess::WorkerProcess(const WorkerBody& body) {
  base::FdPair report = make_reading_pipe();
  base::FdPair output = make_reading_pipe();
  const pid_t self = getpid();
  std::fflush(nullptr);  // or both would print what is still in the buffers
  pid_ = fork();
  if (pid_ < 0) throw base::SysError("fork a worker");
  if (pid_ == 0) run_worker(self, body, report.second.get(), output.second.get());
  std::optional<base::UniqueFd> pidfd = base::open_pidfd(pid_);
  if (!pidfd) throw base::SysError("pidfd_open of a worker", ESRCH);  // cannot be: it is not reaped
  pidfd_ = std::move(*pidfd);
  report_ = std::move(report.first);
  output_ = std::move(output.first);
}

WorkerProcess::~WorkerProcess() {
  if (!pidfd_.valid()) return;
  ::kill(pid_, SIGKILL);  // our child, not reaped: the number is its own
  waitpid(pid_, nullptr, 0);
}

void WorkerProcess::read() {
  drain(report_, report_text_);
  if (report_text_.size() > kMostReport) {
    report_text_.resize(kMostReport);
    report_.reset();
  }
  drain(output_, output_text_);
  if (output_text_.size() > kMostWorkerOutput) output_text_.erase(0, output_text_.size() - kMostWorkerOutput);
}

void WorkerProcess::kill() const {
  if (pidfd_.valid()) base::send_signal(pidfd_, SIGKILL);
}

std::optional<WorkerExit> WorkerProcess::ended() {
  if (!pidfd_.valid()) return std::nullopt;
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) != 0)
    throw base::SysError("waitid for a worker");
  if (info.si_pid == 0) return std::nullopt;
  pidfd_.reset();
  read();
  if (info.si_code == CLD_EXITED) return WorkerExit{.code = info.si_status};
  return WorkerExit{.signal = info.si_status};
}

}  // namespace runproof

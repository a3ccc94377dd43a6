// Between vfork and exec the child borrows our memory: it allocates nothing, takes no lock and calls only the kernel.
// All it needs is laid out in Child beforehand. Boost.Process is used in this file and nowhere else.
#include "harness/spawn/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "base/sys_error.h"
#include "base/text.h"

#define BOOST_PROCESS_USE_STD_FS
#define BOOST_POSIX_HAS_VFORK 1  // left unset for _XOPEN_SOURCE 700, where vfork is no longer POSIX; Linux has it
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
#include <boost/process/search_path.hpp>
#pragma GCC diagnostic pop

namespace runproof {
namespace {

namespace bp = boost::process;

/// Why a child did not get as far as its program. It comes through a pipe that exec closes: also where a sanitizer
/// makes vfork a fork, which shares no memory and does not wait.
struct Failure {
  const char* step = nullptr;  ///< a literal
  int error = 0;
};

struct Move {
  int from = -1;
  int to = -1;
};

/// Everything the child does on its way to exec, as data.
struct Child {
  const char* exe = nullptr;
  std::vector<char*> argv;
  std::vector<char*> env;
  bool inherit_env = false;
  const char* cwd = nullptr;
  Grouping grouping = Grouping::own_group;
  std::optional<Identity> identity;
  std::vector<Move> moves;  ///< sorted by `to`
  int above = 3;            ///< beyond every `to`
  int table_size = 0;       ///< descriptors to mark one by one where close_range is missing; 0: it is there
  int report = -1;          ///< a Failure is written here

  [[noreturn]] void fail(const char* step) const noexcept {
    const Failure failure{.step = step, .error = errno};
    [[maybe_unused]] const ssize_t written = ::write(report, &failure, sizeof failure);
    ::_exit(127);
  }

  void set_up() noexcept {
    default_signals();
    if (grouping == Grouping::own_group && ::setpgid(0, 0) != 0) fail("setpgid");
    if (grouping == Grouping::own_session && ::setsid() < 0) fail("setsid");
    if (cwd != nullptr && ::chdir(cwd) != 0) fail("chdir");
    place_descriptors();
    close_the_rest();
    if (identity) change_identity();
    sigset_t none;
    sigemptyset(&none);
    if (::sigprocmask(SIG_SETMASK, &none, nullptr) != 0) fail("sigprocmask");
  }

  /// Exec resets handlers by itself, but keeps what is ignored. By number, as glibc hides signals 32 and 33.
  static void default_signals() noexcept {
    struct {
      void* handler;
      unsigned long flags;
      void* restorer;
      unsigned long mask;
    } action = {};
    for (int number = 1; number < NSIG; ++number)
      ::syscall(SYS_rt_sigaction, number, &action, nullptr, sizeof action.mask);
  }

  /// First all out of the way, then each to its place: so they may overlap and swap.
  void place_descriptors() noexcept {
    const int moved = ::fcntl(report, F_DUPFD_CLOEXEC, above);
    if (moved < 0) fail("dup");
    report = moved;
    for (Move& move : moves) {
      move.from = ::fcntl(move.from, F_DUPFD_CLOEXEC, above);
      if (move.from < 0) fail("dup");
    }
    for (const Move& move : moves)
      if (::dup2(move.from, move.to) < 0) fail("dup2");
  }

  void close_the_rest() noexcept {
    unsigned from = 0;
    for (const Move& move : moves) {
      if (static_cast<unsigned>(move.to) > from) cloexec(from, static_cast<unsigned>(move.to) - 1);
      from = static_cast<unsigned>(move.to) + 1;
    }
    cloexec(from, ~0U);
  }

  void cloexec(unsigned first, unsigned last) noexcept {
    if (table_size == 0) {
      if (::syscall(SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) != 0) fail("close_range");
      return;
    }
    const unsigned end = std::min(last, static_cast<unsigned>(table_size - 1));
    for (unsigned fd = first; fd <= end; ++fd) ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  }

  /// By number: glibc's functions would change the ids of all threads, which are not ours here.
  void change_identity() noexcept {
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) fail("setgroups");
    if (::syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) != 0) fail("setresgid");
    if (::syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) != 0) fail("setresuid");
  }
};

/// The hooks of Boost.Process' executor.
struct Handler : bp::extend::handler {
  explicit Handler(Child& described) : child(&described) {}
  template <typename Executor>
  void on_setup(Executor& exec) const {
    exec.exe = child->exe;
    exec.cmd_line = child->argv.data();
    if (!child->inherit_env) exec.env = child->env.data();
  }
  template <typename Executor>
  void on_exec_setup(Executor&) const noexcept {
    child->set_up();
  }
  template <typename Executor>
  void on_exec_error(Executor&, const std::error_code& error) const noexcept {
    errno = error.value();
    child->fail("exec");
  }
  template <typename Executor>
  void on_fork_error(Executor&, const std::error_code& error) const {
    throw base::SysError("vfork", error.value());
  }
  Child* child;
};

/// While a child shares our memory no handler of ours may run in it.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Linux before 5.11 cannot mark a range: then we go through all numbers that can be open.
int table_size_if_needed() {
  const bool has_close_range = ::syscall(SYS_close_range, ~0U, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
  if (has_close_range) return 0;
  rlimit limit = {};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_max, 1 << 20));
}

std::vector<Move> sorted_moves(const std::vector<PassedFd>& fds) {
  std::vector<Move> moves;
  moves.reserve(fds.size());
  for (const PassedFd& fd : fds) moves.push_back({.from = fd.ours, .to = fd.theirs});
  std::sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) { return a.to < b.to; });
  for (std::size_t at = 0; at < moves.size(); ++at)
    if (moves[at].to < 0 || (at > 0 && moves[at].to == moves[at - 1].to))
      throw std::invalid_argument(fmt::format("descriptor {} is passed twice, or is none", moves[at].to));
  return moves;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

std::optional<std::filesystem::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const std::filesystem::path found = bp::search_path(name);
  return found.empty() ? std::nullopt : std::optional(found);
}

Launched launch(const Command& command, const std::vector<PassedFd>& fds) {
  if (command.argv.empty()) throw std::invalid_argument("a command without a program");
  const auto program = find_program(command.argv.front());
  if (!program) throw base::SysError("find " + command.argv.front() + " in PATH", ENOENT);
  const std::string exe = program->string();
  const std::string cwd = command.cwd.string();
  base::FdPair report = base::make_pipe();
  Child child{.exe = exe.c_str(),
              .argv = pointers(command.argv),
              .env = command.env ? pointers(*command.env) : std::vector<char*>{},
              .inherit_env = !command.env,
              .cwd = cwd.empty() ? nullptr : cwd.c_str(),
              .grouping = command.grouping,
              .identity = command.identity,
              .moves = sorted_moves(fds),
              .table_size = table_size_if_needed(),
              .report = report.second.get()};
  if (!child.moves.empty()) child.above = std::max(3, child.moves.back().to + 1);

  Launched launched;
  const int dumpable = ::prctl(PR_GET_DUMPABLE);
  launched.hold = Reaper::instance().hold_new([&] {
    const AllSignalsBlocked guard;
    bp::child started(Handler(child), bp::ignore_error, bp::posix::use_vfork);
    launched.pid = started.id();
    started.detach();
    return launched.pid;
  });
  // A change of ids makes the memory undumpable, which the child shared with us.
  if (command.identity && dumpable == 1) ::prctl(PR_SET_DUMPABLE, 1);
  report.second.reset();
  Failure failure;
  ssize_t length = 0;
  do length = ::read(report.first.get(), &failure, sizeof failure);
  while (length < 0 && errno == EINTR);
  if (length != sizeof failure) return launched;

  siginfo_t info = {};
  while (::waitid(P_PID, static_cast<id_t>(launched.pid), &info, WEXITED | __WALL) != 0 && errno == EINTR) {
  }
  throw base::SysError(fmt::format("run {}: {}", base::shell_quote(exe), failure.step), failure.error);
}

}  // namespace runproof

#include "reference_runtime/embed/clean_process.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/sys/syscalls.h"

namespace librefrun {
namespace {

using refrun::sys::close_range;
using refrun::sys::set_default_action;
using refrun::sys::set_signal_mask;

constexpr int kLastSignal = 64;

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const std::string& string : strings) out.push_back(const_cast<char*>(string.c_str()));
  out.push_back(nullptr);
  return out;
}

/// Everything that the child needs, made before it.
struct Image {
  explicit Image(const Program& program);

  const char* path;
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::vector<base::UniqueFd> held;  // so that no source is a target: all are above every number in the child
  std::vector<int> sources;
  int error = 0;  // the child shares our memory
};

Image::Image(const Program& program)
    : path(program.path.c_str()), argv(c_strings(program.argv)), environment(c_strings(program.environment)) {
  const int targets = static_cast<int>(program.descriptors.size());
  base::UniqueFd null;
  for (const int fd : program.descriptors) {
    if (fd < 0 && !null.valid()) null = base::open_file("/dev/null", O_RDWR);
    held.emplace_back(::fcntl(fd < 0 ? null.get() : fd, F_DUPFD_CLOEXEC, targets));
    if (!held.back().valid()) throw base::SysError("duplicate descriptor " + std::to_string(fd));
    sources.push_back(held.back().get());
  }
}

/// The child's life until exec. All signals are blocked, so no handler of the parent's runs in the memory they share.
int become(void* argument) noexcept {
  Image& image = *static_cast<Image*>(argument);
  for (int signal = 1; signal <= kLastSignal; ++signal) set_default_action(signal);
  const int count = static_cast<int>(image.sources.size());
  for (int target = 0; target < count; ++target) {
    if (::dup2(image.sources[static_cast<std::size_t>(target)], target) < 0) {
      image.error = errno;
      ::_exit(1);
    }
  }
  close_range(static_cast<unsigned>(count), ~0U, CLOSE_RANGE_CLOEXEC);
  set_signal_mask(0);
  ::execve(image.path, image.argv.data(), image.environment.data());
  image.error = errno;
  ::_exit(1);
}

/// While it lives, this thread takes no signal: not even those that glibc keeps to itself.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() noexcept { ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &kAll, &before_, sizeof before_); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  ~AllSignalsBlocked() { set_signal_mask(before_); }

 private:
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};
  std::uint64_t before_ = 0;
};

/// The child's stack: the caller's own may be small.
class Stack {
 public:
  Stack() : base_(::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
    if (base_ == MAP_FAILED) throw base::SysError("map a stack");
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { ::munmap(base_, kSize); }
  [[nodiscard]] void* top() const { return static_cast<char*>(base_) + kSize; }

 private:
  static constexpr std::size_t kSize = std::size_t{64} << 10;
  void* base_;
};

}  // namespace

CleanProcess::CleanProcess(const Program& program) {
  Image image(program);
  const Stack stack;
  int pidfd = -1;
  int made = -1;
  int error = 0;
  {
    const AllSignalsBlocked blocked;
    made = ::clone(become, stack.top(), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &image, &pidfd);
    error = errno;
  }
  if (made < 0) throw base::SysError("clone", error);
  pidfd_.reset(pidfd);
  if (image.error == 0) return;
  [[maybe_unused]] const Reaped reaped = reap(pidfd_);
  throw base::SysError("run " + program.path, image.error);
}

CleanProcess::~CleanProcess() {
  if (!pidfd_.valid()) return;
  [[maybe_unused]] const Reaped reaped = reap(pidfd_);
}

Reaped reap(const base::UniqueFd& pidfd) noexcept {
  siginfo_t info{};
  while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd.get()), &info, WEXITED) != 0) {
    if (errno != EINTR) return {.code = -errno};
  }
  return {.code = info.si_code, .status = info.si_status};
}

}  // namespace librefrun

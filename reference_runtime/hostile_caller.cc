#include "reference_runtime/hostile_caller.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace librefrun {
namespace {

constexpr int kThreads = 64;
constexpr int kDescriptors = 500;
constexpr int kHandled[] = {SIGCHLD, SIGALRM, SIGURG, SIGWINCH, 38};

std::atomic<int> g_forks = 0;
std::atomic<int> g_children_ended = 0;

void count_fork() { ++g_forks; }

void handle(int signal) {
  if (signal == SIGCHLD) ++g_children_ended;
}

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("hostile caller: ") + what);
}

void spoil_signals() {
  struct sigaction handler {};
  handler.sa_handler = handle;  // without SA_RESTART: every wait is interrupted
  for (const int signal : kHandled) require(::sigaction(signal, &handler, nullptr) == 0, "handle");
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : kIgnored) require(::sigaction(signal, &ignore, nullptr) == 0, "ignore");
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int signal : kBlocked) sigaddset(&blocked, signal);
  require(::pthread_sigmask(SIG_BLOCK, &blocked, nullptr) == 0, "block");
  const itimerval often{.it_interval = {0, 2000}, .it_value = {0, 2000}};
  require(::setitimer(ITIMER_REAL, &often, nullptr) == 0, "set an alarm");
}

void open_descriptors() {
  for (int i = 0; i < kDescriptors; ++i)
    require(::open("/", O_RDONLY | O_DIRECTORY) >= 0, "open /");  // NOLINT(android-cloexec-open): the runtime gets them
}

void limit_resources() {
  const rlimit files{.rlim_cur = 1024, .rlim_max = 1024};
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  const rlimit stack{.rlim_cur = 1U << 20, .rlim_max = 1U << 20};
  require(::setrlimit(RLIMIT_NOFILE, &files) == 0, "limit files");
  require(::setrlimit(RLIMIT_CORE, &none) == 0, "limit core files");
  require(::setrlimit(RLIMIT_STACK, &stack) == 0, "limit the stack");
}

}  // namespace

HostileCaller::HostileCaller(const std::string& working_directory) {
  require(::chdir(working_directory.c_str()) == 0, "change directory");
  ::umask(0177);
  spoil_signals();
  open_descriptors();
  limit_resources();
  require(::pthread_atfork(count_fork, count_fork, count_fork) == 0, "set fork handlers");
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { be_busy(); });
}

HostileCaller::~HostileCaller() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
}

int HostileCaller::forks() { return g_forks; }
int HostileCaller::children_ended() { return g_children_ended; }

/// Takes whatever the others leave of the processors, so that a lock is held at nearly every moment.
void HostileCaller::be_busy() {
  const sched_param no_priority{};
  ::sched_setscheduler(0, SCHED_IDLE, &no_priority);
  std::vector<std::string> kept;
  for (std::size_t size = 1; !over_; size = size * 7 % 65521) {
    const std::scoped_lock lock(contended_);
    kept.emplace_back(size, 'x');
    if (kept.size() > 16) kept.clear();
  }
}

}  // namespace librefrun

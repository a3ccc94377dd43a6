#include "harness/run/stress_load.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys_error.h"

namespace runproof {
namespace {

constexpr int kForkers = 2;

void die_with_parent() { prctl(PR_SET_PDEATHSIG, SIGKILL); }

[[noreturn]] void spin() {
  die_with_parent();
  for (;;) asm volatile("");  // an empty loop may be optimised into anything
}

[[noreturn]] void fork_without_end() {
  die_with_parent();
  for (;;) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, nullptr, 0);
  }
}

[[noreturn]] void be_the_load(int cpus) {
  die_with_parent();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int i = 0; i < cpus; ++i) {
    if (fork() == 0) spin();
  }
  for (int i = 0; i < kForkers; ++i) {
    if (fork() == 0) fork_without_end();
  }
  for (;;) pause();
}

}  // namespace

StressLoad::StressLoad(int cpus) {
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw base::SysError("fork a load");
  if (pid_ == 0) {
    setpgid(0, 0);
    if (getppid() != parent) _exit(1);
    be_the_load(cpus);
  }
  setpgid(pid_, pid_);  // both do it, so that it is done when either goes on
}

StressLoad::~StressLoad() {
  kill(-pid_, SIGKILL);
  // Where this process is a subreaper the others become its children.
  while (waitpid(-pid_, nullptr, 0) > 0) {
  }
}

}  // namespace runproof

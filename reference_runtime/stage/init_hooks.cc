#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "reference_runtime/stage/hook_run.h"
#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

/// runtime.md#state: "For hooks executed in the container namespace, it is the pid as seen by the container".
int state_file(const StateText& state) noexcept {
  const int fd = ::memfd_create("state", MFD_CLOEXEC);
  if (fd < 0) return -errno;
  char pid[16];
  int length = std::snprintf(pid, sizeof pid, "%d", static_cast<int>(::getpid()));
  if (fault("hook_container_pid_is_host")) length = std::snprintf(pid, sizeof pid, "%d", 4194303);
  const bool written = ::write(fd, state.before_pid.data(), state.before_pid.size()) >= 0 &&
                       ::write(fd, pid, static_cast<std::size_t>(length)) >= 0 &&
                       ::write(fd, state.after_pid.data(), state.after_pid.size()) >= 0;
  return written ? fd : -errno;
}

int run(Init& init, const std::vector<HookPlan>& hooks, const StateText& state_text, const char* kind,
        const SeccompFilter* filter = nullptr) noexcept {
  const int state = state_file(state_text);
  if (state < 0) return init.fail(state, "write the state for the hooks");
  int error = 0;
  for (std::size_t i = 0; i < hooks.size() && (error == 0 || fault("hook_rest_runs")); ++i) {
    const HookPlace place{.watched = init.sync, .filter = filter};
    HookResult result = run_hook(hooks[i], state, init.plan.dev_null.get(), place);
    if (fault("hook_twice")) result = run_hook(hooks[i], state, init.plan.dev_null.get(), place);
    if (result.end == HookResult::End::timed_out && fault("hook_timeout_succeeds")) continue;
    if (result.end == HookResult::End::orphaned) ::_exit(1);
    if (result.end != HookResult::End::ok && !fault("hook_failure_ignored")) {
      char how[160];
      describe_hook(result, how, sizeof how);
      std::snprintf(init.detail, sizeof init.detail, "%s hook %zu (%.50s): %s", kind, i, hooks[i].path(), how);
      error = ECANCELED;
    }
  }
  ::close(state);
  return error;
}

}  // namespace

int run_create_container_hooks(Init& init) noexcept {
  return run(init, init.plan.create_container_hooks, init.plan.creating_state, "createContainer");
}

int run_start_container_hooks(Init& init) noexcept {
  int error = 0;
  const auto& process = init.plan.process;
  const bool each_loads = process && process->seccomp && !process->seccomp->notifies &&
                          before_step(Step::load_seccomp, error) == StepAction::run;
  return run(init, init.plan.start_container_hooks, init.plan.created_state, "startContainer",
             each_loads ? &*process->seccomp : nullptr);
}

}  // namespace refrun::init_step

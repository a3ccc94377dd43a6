#include "reference_runtime/stage/init.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "reference_runtime/sys/signals.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

/// Whatever the caller did to its signals, init begins as exec(2) would want it.
void reset_signals() noexcept {
  if (fault("signals_inherited")) return;
  for (int signal = 1; signal <= kLastSignal; ++signal) sys::set_default_action(signal);
  sys::set_signal_mask(0);
}

[[noreturn]] void report_and_exit(Init& init, Step step, int error) noexcept {
  SyncMessage message{.kind = SyncKind::failed, .step = step, .error = error};
  std::memcpy(message.detail, init.detail, sizeof message.detail);
  send_sync(init.sync, message);
  ::_exit(1);
}

void run_all(Init& init, const std::vector<InitStep>& steps) noexcept {
  for (const InitStep& step : steps) {
    init.detail[0] = '\0';
    int error = 0;
    if (before_step(step.step, error) == StepAction::skip) continue;
    if (error == 0) error = step.run(init);
    if (error != 0) report_and_exit(init, step.step, error);
  }
}

}  // namespace

int Init::fail(int error, const char* what, const char* which) noexcept {
  const std::size_t room = sizeof detail - 1;
  const std::size_t first = strnlen(what, room);
  std::memcpy(detail, what, first);
  const std::size_t second = strnlen(which, room - first);
  std::memcpy(detail + first, which, second);
  detail[first + second] = '\0';
  return error < 0 ? -error : error;
}

void run_init(InitPlan& plan, const InitSteps& steps) noexcept {
  ::prctl(PR_SET_NAME, "refrun:init");
  if (plan.lock_to_drop >= 0) ::close(plan.lock_to_drop);
  reset_signals();
  ::umask(0);  // modes are meant as they are written; the payload's umask comes last
  Init init(plan);
  init.sync = plan.sync.get();
  run_all(init, steps.create);
  // Beyond this line the container is "created" and the parent may be gone: `init.sync` leads to `refrun start`.
  run_all(init, steps.start);
  ::_exit(1);  // not reached: the last step does not return
}

}  // namespace refrun

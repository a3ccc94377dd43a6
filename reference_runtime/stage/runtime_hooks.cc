#include "reference_runtime/stage/runtime_hooks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/hook_run.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

/// Without a pid.
base::OrderedJson state_for_hooks(const Record& record, Status status) {
  const Status told = fault("hook_state_stale") ? Status::stopped : status;
  base::OrderedJson json = state_json(record, told, /*pid=*/0);
  if (fault("hook_state_no_bundle")) json.erase("bundle");
  return json;
}

std::vector<HookPlan> plans_of(std::vector<Hook> hooks, const Record& record) {
  if (fault("runtime_hook_path_in_root")) {
    for (Hook& hook : hooks) hook.path = record.bundle + "/rootfs" + hook.path;
  }
  return plan_hooks(hooks, own_environment());
}

base::UniqueFd state_file(const HookContext& context) {
  const StateText text = hook_state(context.record, context.status);
  if (fault("hook_state_by_pipe")) {
    base::FdPair pipe = base::make_pipe();
    base::write_all(pipe.second.get(), text.before_pid + "0" + text.after_pid);
    return std::move(pipe.first);
  }
  base::UniqueFd fd(::memfd_create("state", MFD_CLOEXEC));
  if (!fd.valid()) throw base::SysError("write the state for the hooks");
  // REQUIRED only for created and running (runtime.md#state): a stopped container has no pid to tell.
  base::write_all(fd.get(), context.pid == 0 ? state_for_hooks(context.record, context.status).dump() + "\n"
                                             : fmt::format("{}{}{}", text.before_pid, context.pid, text.after_pid));
  return fd;
}

/// A hook's failure in words; empty when it succeeded.
std::string run_one(const HookPlan& hook, int state, int dev_null, const HookPlace& place) {
  HookResult result = run_hook(hook, state, dev_null, place);
  if (fault("hook_twice")) result = run_hook(hook, state, dev_null, place);
  if (result.end == HookResult::End::ok || fault("hook_failure_ignored")) return {};
  if (result.end == HookResult::End::timed_out && fault("hook_timeout_succeeds")) return {};
  char text[256];
  describe_hook(result, text, sizeof text);
  return text;
}

}  // namespace

StateText hook_state(const Record& record, Status status) {
  StateText text;
  text.before_pid = state_for_hooks(record, status).dump();
  text.before_pid.pop_back();
  text.before_pid += fault("hook_state_no_pid") ? ",\"x-pid\":" : ",\"pid\":";
  text.after_pid = "}\n";
  return text;
}

void run_runtime_hooks(const std::vector<Hook>& hooks, const char* kind, const HookContext& context) {
  if (hooks.empty()) return;
  const auto plans = plans_of(hooks, context.record);
  const base::UniqueFd state = state_file(context);
  const base::UniqueFd dev_null = base::open_file("/dev/null", O_RDWR);
  const base::UniqueFd cwd(::open(context.record.bundle.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::string failure;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const HookPlace place{.cwd = cwd.get(), .namespaces_of = context.container_namespaces};
    const std::string why = run_one(plans[i], state.get(), dev_null.get(), place);
    if (why.empty()) continue;
    const std::string text = fmt::format("{} hook {} ({}): {}", kind, i, plans[i].path(), why);
    if (context.warnings != nullptr) {
      context.warnings->push_back(text);
      continue;
    }
    if (failure.empty()) failure = text;
    if (!fault("hook_rest_runs")) break;
  }
  if (!failure.empty()) throw HookFailed(failure);
}

void run_poststop_hooks(const std::vector<Hook>& hooks, const Record& record, std::vector<std::string>& warnings) {
  if (hooks.empty()) return;
  const auto plans = plans_of(hooks, record);
  const HookContext context{.record = record, .status = Status::stopped};
  const base::UniqueFd state = state_file(context);
  const base::UniqueFd dev_null = base::open_file("/dev/null", O_RDWR);
  const base::UniqueFd cwd(::open(record.bundle.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  HookPlace place{.cwd = cwd.get()};
  base::UniqueFd container_root;
  if (fault("poststop_in_container_root")) {
    container_root.reset(::open((record.bundle + "/rootfs").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    place = {.root = container_root.get()};
  }
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const std::string why = run_one(plans[i], state.get(), dev_null.get(), place);
    if (why.empty()) continue;
    const std::string text = fmt::format("poststop hook {} ({}): {}", i, plans[i].path(), why);
    if (fault("poststop_failure_fatal")) throw std::runtime_error(text);
    warnings.push_back(text);
    if (fault("poststop_stops_at_failure")) return;
  }
}

}  // namespace refrun

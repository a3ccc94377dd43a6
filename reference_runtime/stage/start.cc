#include "reference_runtime/stage/start.h"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

#include "base/file.h"
#include "base/pidfd.h"
#include "reference_runtime/net/move_devices.h"
#include "reference_runtime/stage/bundle.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/gate.h"
#include "reference_runtime/stage/runtime_hooks.h"
#include "reference_runtime/stage/seccomp_agent.h"
#include "reference_runtime/stage/sync.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

/// runtime.md#lifecycle step 9 as it stands since 1.3; before, a failed poststart hook was only to be warned of.
bool poststart_failure_is_fatal(const std::string& oci_version) {
  return !oci_version.starts_with("1.0.") && !oci_version.starts_with("1.1.") && !oci_version.starts_with("1.2.");
}

/// False: there is nothing to be done (only sabotage says so).
bool check_status(const ContainerDir& dir, const std::optional<Record>& record) {
  const Status status = derive_status(dir, record);
  if (status == Status::created) return true;
  if (status == Status::running && fault("start_running_accepted")) return false;
  if (status == Status::stopped && fault("start_stopped_accepted")) return false;
  if (fault("start_refused_kills") && record) {
    if (const auto init = open_if_running(record->init)) base::send_signal(*init, SIGKILL);
  }
  throw WrongStatus(fmt::format("container \"{}\" cannot be started: it is {}, not created", dir.id(), word(status)));
}

/// Opens the gate and waits for the answer. `connected` to it already, or not valid.
void let_init_go(const ContainerDir& dir, const Record& record, const Config& config, base::UniqueFd connected) {
  const auto& seccomp = config.linux_config.seccomp;
  base::UniqueFd agent;
  if (config.process && seccomp && notifies(*seccomp)) agent = connect_agent(*seccomp);
  bool awaits_listener = agent.valid();
  base::UniqueFd gate;
  run_step(Step::knock, [&] {
    gate = connected.valid() ? std::move(connected) : knock_at_gate(dir);
    if (!send_sync(gate.get(), SyncMessage{.kind = SyncKind::go})) throw std::runtime_error("init does not answer");
  });
  run_step(Step::await_exec, [&] {
    SyncMessage message;
    base::UniqueFd listener;
    // The end of file is execve's doing: it closed init's side.
    while (receive_sync_with(gate.get(), message, listener)) {
      if (message.kind != SyncKind::seccomp_listener && fault("start_exec_error_ignored")) return;
      if (message.kind != SyncKind::seccomp_listener) throw_init_failure(message);
      if (fault("listener_failure_ignored")) continue;
      if (!awaits_listener) throw std::runtime_error("init hands over a seccomp listener that nobody asked for");
      awaits_listener = false;
      if (fault("listener_not_sent")) continue;
      hand_over_listener(agent, listener, *seccomp,
                         {.record = record, .status = Status::created, .pid = record.init.pid});
    }
    if (awaits_listener)
      throw std::runtime_error("/linux/seccomp: init ended without handing over its filter's listener");
  });
}

void destroy_after_failed_hook(ContainerDir& dir, const Record& record, const Hooks& hooks,
                               std::vector<std::string>& warnings) {
  destroy(dir, record);
  if (!fault("poststop_skipped_after_failure")) run_poststop_hooks(hooks.poststop, record, warnings);
}

/// Everything after the status was found to be right.
void start(ContainerDir& dir, const Record& record, const Config& config, const base::UniqueFd& init,
           base::UniqueFd gate, std::vector<std::string>& warnings) {
  const Hooks& hooks = config.hooks;
  if (!record.has_process) {
    if (fault("start_without_process")) return;
    throw std::runtime_error("/process: it is not set, and `start` needs it");
  }
  HookContext context{.record = record, .status = Status::running, .pid = record.init.pid};
  const auto poststart = [&] {
    if (fault("poststart_in_container")) context.container_namespaces = init.get();
    const bool fatal = poststart_failure_is_fatal(record.oci_version) || fault("poststart_failure_fatal");
    context.warnings = fatal ? nullptr : &warnings;
    run_step(Step::poststart_hooks, [&] { run_runtime_hooks(hooks.poststart, "poststart", context); });
  };
  try {
    if (fault("start_container_in_runtime")) run_runtime_hooks(hooks.start_container, "startContainer", context);
    if (fault("poststart_before_exec")) poststart();
    let_init_go(dir, record, config, std::move(gate));
    if (fault("netdev_managed")) {
      meddle_with_net_devices(config.linux_config.net_devices,
                              network_namespace_of(config.linux_config, record.init.pid));
    }
  } catch (const HookFailed&) {
    destroy_after_failed_hook(dir, record, hooks, warnings);
    throw;
  } catch (const std::exception&) {
    // Init has reported and ends: when this returns, `state` is to say stopped.
    end_init(init, record.init.pid);
    throw;
  }
  if (fault("poststart_before_exec")) return;
  try {
    poststart();
  } catch (const HookFailed& e) {
    if (fault("poststart_failure_warns")) {
      warnings.emplace_back(e.what());
      return;
    }
    if (!fault("poststart_failure_keeps")) destroy_after_failed_hook(dir, record, hooks, warnings);
    throw;
  }
}

}  // namespace

void start_container(ContainerDir& dir, std::vector<std::string>& warnings) {
  const std::optional<Record> record = dir.read_record();
  if (!check_status(dir, record)) return;
  const auto init = open_if_running(record->init);
  if (!init) throw WrongStatus("container has just ended");
  Config config;
  if (fault("config_reread_at_start")) {
    config = reload_config(base::read_file(record->bundle + "/config.json"));
  } else if (record->needs_config || fault("netdev_managed")) {
    config = reload_config(dir.read_config());
  }
  start(dir, *record, config, *init, {}, warnings);
}

void start_created(Created& created, std::vector<std::string>& warnings) {
  start(created.dir, created.record, created.config, created.init, std::move(created.gate), warnings);
}

}  // namespace refrun

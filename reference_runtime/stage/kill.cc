#include "reference_runtime/stage/kill.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "base/file.h"
#include "base/pidfd.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/overkill.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

[[noreturn]] void throw_survivors(const std::vector<pid_t>& survivors) {
  std::string names;
  for (const pid_t pid : survivors) names += (names.empty() ? "" : ", ") + describe_process(pid);
  throw std::runtime_error("killed, but still there: " + names);
}

/// SIGKILL for the whole container.
void kill_everything(const Record& record, const std::optional<base::UniqueFd>& init) {
  const auto deadline = base::Deadline::in(kPatience);
  if (init && fault("kill_by_session")) kill_session(record.init.pid);
  if (init && fault("kill_hits_pid_namespace_sharers")) kill_pid_namespace(record.init.pid);
  if (init) run_step(Step::send_signal, [&] { base::send_signal(*init, SIGKILL); });
  if (fault("kill_async")) return;
  run_step(Step::await_end, [&] {
    if (record.cgroup && !fault("kill_only_init") && !fault("shared_cgroup_ends_only_init")) {
      Cgroup cgroup = Cgroup::open(*record.cgroup);
      if (!cgroup.is_gone()) end_members(cgroup, deadline);
    }
    if (init && !base::wait_ended(*init, deadline)) throw_survivors({record.init.pid});
  });
}

void kill_members(const Record& record, int signal) {
  if (!record.cgroup) return;
  Cgroup cgroup = Cgroup::open(*record.cgroup);
  if (!cgroup.is_gone()) cgroup.signal_all(signal);
}

bool has_members(const Record& record) {
  if (!record.cgroup) return false;
  const Cgroup cgroup = Cgroup::open(*record.cgroup);
  return !cgroup.is_gone() && cgroup.is_populated();
}

int falsified(int signal) {
  if (fault("kill_ignores_number")) return SIGTERM;
  return fault("kill_sends_kill") ? SIGKILL : signal;
}

}  // namespace

void end_members(Cgroup& cgroup, base::Deadline deadline) {
  if (!cgroup.is_populated()) return;
  cgroup.kill_all(deadline);
  if (!cgroup.wait_empty(deadline)) throw_survivors(cgroup.processes());
}

void kill_container(const ContainerDir& dir, int asked_signal, KillTarget target) {
  const int signal = falsified(asked_signal);
  const std::optional<Record> record = dir.read_record();
  const Status status = derive_status(dir, record);
  if (status == Status::creating) {
    throw WrongStatus(fmt::format("container \"{}\" is still being created", dir.id()));
  }
  if (status == Status::created && fault("kill_created_refused")) throw WrongStatus("container is not running");
  const auto init = record ? open_if_running(record->init) : std::nullopt;
  if (status == Status::stopped || !init) {
    // Without a PID namespace of its own a container can outlive its init: whoever is left can be ended, or signalled
    // with --all. All else is an error, as the spec wants it. With --all there may just be nobody left.
    const bool everyone = target == KillTarget::all_members || signal == SIGKILL;
    const bool members = everyone && record && !fault("kill_init_gone_refused") && has_members(*record);
    const bool refused =
        target == KillTarget::init ? !fault("kill_accepts_stopped") : fault("kill_all_stopped_refused");
    if (!members && refused) {
      throw WrongStatus(fmt::format("container \"{}\" is not running: process already finished", dir.id()));
    }
    if (!members) return;
    return signal == SIGKILL ? kill_everything(*record, std::nullopt) : kill_members(*record, signal);
  }
  if (signal == SIGKILL) {
    kill_everything(*record, init);
  } else if ((target == KillTarget::all_members && !fault("kill_all_only_init")) || fault("kill_signals_all")) {
    kill_members(*record, signal);
  } else {
    run_step(Step::send_signal, [&] {
      if (!base::send_signal(*init, signal)) throw WrongStatus("container is not running: process already finished");
    });
  }
}

}  // namespace refrun

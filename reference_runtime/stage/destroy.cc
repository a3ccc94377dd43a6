#include "reference_runtime/stage/destroy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "base/file.h"
#include "base/pidfd.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/freezer.h"
#include "reference_runtime/net/move_devices.h"
#include "reference_runtime/stage/bundle.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/kill.h"
#include "reference_runtime/stage/overkill.h"
#include "reference_runtime/stage/runtime_hooks.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

void remove_cgroup(const Record& record, base::Deadline deadline) {
  if (!record.cgroup) return;
  Cgroup cgroup = Cgroup::open(*record.cgroup);
  if (cgroup.is_gone()) return;
  if (!fault("delete_leaves_members") && !fault("shared_cgroup_ends_only_init")) {
    run_step(Step::kill_members, [&] { end_members(cgroup, deadline); });
  }
  if (fault("delete_leaves_cgroup")) return;
  run_step(Step::remove_cgroup, [&] { cgroup.remove(deadline); });
  if (fault("foreign_cgroup_removed")) {
    for (const std::string& directory : record.cgroup->directories()) {
      std::error_code ignored;
      std::filesystem::remove(std::filesystem::path(directory).parent_path(), ignored);
    }
  }
}

/// Who is frozen in a v1 group that is not the container's will not end before somebody thaws that, so there is nothing
/// to wait for.
void await_init(const base::UniqueFd& init, const Record& record, base::Deadline deadline) {
  constexpr std::chrono::milliseconds kMoment{200};
  if (base::wait_ended(init, deadline.sooner(base::Deadline::in(kMoment)))) return;
  if (fault("delete_waits_forever")) deadline = base::Deadline::never();
  const std::string freezer = fault("delete_waits_forever") ? "" : frozen_in(record.init.pid);
  if (!freezer.empty() && (!record.cgroup || freezer != record.cgroup->legacy_directory("freezer"))) {
    throw std::runtime_error(fmt::format("init ({}) is frozen in {}, which is not the container's: thaw that first",
                                         describe_process(record.init.pid), freezer));
  }
  if (!freezer.empty()) Cgroup::open(*record.cgroup).thaw(deadline);
  if (!base::wait_ended(init, deadline)) {
    throw std::runtime_error("init does not end: " + describe_process(record.init.pid));
  }
}

void unmount_root(const Record& record) {
  if (record.rootfs_mount.empty() || fault("delete_leaves_mount")) return;
  // EINVAL: it is no mount (any more).
  if (::umount2(record.rootfs_mount.c_str(), MNT_DETACH) != 0 && errno != EINVAL && errno != ENOENT) {
    throw base::SysError("unmount " + record.rootfs_mount);
  }
}

/// The hooks as they were at `create`.
Hooks hooks_of(const ContainerDir& dir, const std::optional<Record>& record) {
  if (!record || !record->needs_config) return {};
  if (fault("config_reread_at_start")) return reload_config(base::read_file(record->bundle + "/config.json")).hooks;
  return reload_config(dir.read_config()).hooks;
}

void destroy_and_tell(ContainerDir& dir, const std::optional<Record>& record, std::vector<std::string>& warnings) {
  const Hooks hooks = hooks_of(dir, record);
  const auto poststop = [&] {
    if (!record) return;
    run_step(Step::poststop_hooks, [&] { run_poststop_hooks(hooks.poststop, *record, warnings); });
  };
  if (fault("poststop_before_delete")) poststop();
  if (fault("netdev_moved_back") && record) {
    const Linux config = reload_config(base::read_file(dir.path("config.json"))).linux_config;
    meddle_with_net_devices(config.net_devices, network_namespace_of(config, record->init.pid));
  }
  destroy(dir, record);
  if (fault("delete_removes_bundle_state") && record) {
    std::error_code ignored;
    std::filesystem::remove(record->bundle + "/config.json", ignored);
  }
  if (!fault("poststop_before_delete")) poststop();
}

void lock_or_say(ContainerDir& dir) {
  if (!dir.lock(base::Deadline::in(kPatience))) {
    throw std::runtime_error(fmt::format("container \"{}\" is busy: another operation on it is in progress", dir.id()));
  }
}

}  // namespace

void end_init(const base::UniqueFd& pidfd, pid_t pid) {
  if (!pidfd.valid()) return;
  base::send_signal(pidfd, SIGKILL);
  [[maybe_unused]] const bool ended = base::wait_ended(pidfd, base::Deadline::in(kPatience));
  ::waitpid(pid, nullptr, WNOHANG);  // our child, unless it is a sibling
}

void remove_cgroup_quietly(Cgroup& cgroup, std::vector<std::string>& warnings) {
  try {
    const auto deadline = base::Deadline::in(kPatience);
    end_members(cgroup, deadline);
    cgroup.remove(deadline);
  } catch (const std::exception& e) {
    warnings.emplace_back(e.what());
  }
}

void unmount_root_quietly(const Record& record, std::vector<std::string>& warnings) {
  try {
    unmount_root(record);
  } catch (const std::exception& e) {
    warnings.emplace_back(e.what());
  }
}

void destroy(ContainerDir& dir, const std::optional<Record>& record) {
  const auto deadline = base::Deadline::in(kPatience);
  if (record) {
    if (fault("kill_by_session")) kill_session(record->init.pid);
    if (const auto init = open_if_running(record->init)) {
      base::send_signal(*init, SIGKILL);
      await_init(*init, *record, deadline);
    }
    remove_cgroup(*record, deadline);
    if (record->rdt) run_step(Step::remove_rdt_groups, [&] { remove_rdt_groups(*record->rdt); });
    run_step(Step::unmount_root, [&] { unmount_root(*record); });
  }
  if (fault("delete_leaves_state")) return;
  run_step(Step::remove_state, [&] { dir.remove(); });
}

void remove_leftovers(Created& created) {
  end_init(created.init, created.record.init.pid);
  std::error_code ignored;
  if (std::filesystem::exists(created.dir.path("state.json"), ignored)) destroy(created.dir, created.record);
}

void delete_ended(Created& created, std::vector<std::string>& warnings) {
  try {
    lock_or_say(created.dir);
  } catch (const NoSuchContainer&) {
    return;
  }
  destroy_and_tell(created.dir, created.record, warnings);
}

void delete_container(ContainerDir dir, std::vector<std::string>& warnings) {
  const auto refuse = [&](const std::optional<Record>& record, Status status) {
    if (fault("delete_refused_kills") && record) {
      if (const auto init = open_if_running(record->init)) base::send_signal(*init, SIGKILL);
    }
    throw WrongStatus(fmt::format("container \"{}\" cannot be deleted: it is {}, not stopped", dir.id(), word(status)));
  };
  const auto allowed = [](Status status) {
    if (fault("delete_stopped_refused")) return false;
    return status == Status::stopped || (status == Status::created && fault("delete_created_accepted")) ||
           (status == Status::running && fault("delete_running_accepted")) ||
           (status == Status::paused && fault("delete_paused_accepted"));
  };
  // Once before the lock: a refusal is not to wait for a `start` that waits for its payload's hooks.
  std::optional<Record> record = dir.read_record();
  Status status = derive_status(dir, record);
  if (!allowed(status)) refuse(record, status);
  lock_or_say(dir);
  record = dir.read_record();
  // The lock is ours now: an unfinished `create` is a dead one.
  status = record && record->complete ? derive_status(dir, record) : Status::stopped;
  if (!allowed(status)) refuse(record, status);
  destroy_and_tell(dir, record, warnings);
}

void delete_container_by_force(ContainerDir dir, std::vector<std::string>& warnings) {
  // Kill before locking: a `create` or `start` that hangs holds the lock, and ends with its init.
  if (const auto record = dir.read_record()) {
    const Status status = derive_status(dir, record);
    const bool runs = status == Status::running || status == Status::paused;
    if (fault("delete_force_running_refused") && runs) {
      throw WrongStatus(fmt::format("container \"{}\" is running", dir.id()));
    }
    if (fault("kill_by_session")) kill_session(record->init.pid);
    if (const auto init = open_if_running(record->init)) base::send_signal(*init, SIGKILL);
  }
  lock_or_say(dir);
  destroy_and_tell(dir, dir.read_record(), warnings);
}

}  // namespace refrun

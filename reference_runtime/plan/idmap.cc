#include "reference_runtime/plan/idmap.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "base/file.h"
#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

/// A user namespace with these maps. It needs a process to come into being; that one ends before this returns.
base::UniqueFd make_user_namespace(const std::vector<IdMapping>& uids, const std::vector<IdMapping>& gids) {
  clone_args args{};
  args.flags = CLONE_NEWUSER;
  args.exit_signal = SIGCHLD;
  const long child = sys::clone3(args);
  if (child < 0) throw base::SysError("create a user namespace for an id-mapped mount", static_cast<int>(-child));
  if (child == 0) {
    for (;;) ::pause();
  }
  const base::ScopeExit end([child] {
    ::kill(static_cast<pid_t>(child), SIGKILL);
    ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  });
  const std::string proc = fmt::format("/proc/{}", child);
  base::write_control(proc + "/uid_map", id_map_text(uids));
  base::write_control(proc + "/gid_map", id_map_text(gids));
  return base::open_file(proc + "/ns/user", O_RDONLY);
}

}  // namespace

std::string id_map_text(const std::vector<IdMapping>& mappings) {
  std::string out;
  for (const IdMapping& m : mappings) out += fmt::format("{} {} {}\n", m.container_id, m.host_id, m.size);
  return out;
}

void apply_idmap(const MountPlanInput& input, const Mount& mount, MountItem& item) {
  const bool own = !mount.uid_mappings.empty();
  const auto& uids = own ? mount.uid_mappings : input.config.linux_config.uid_mappings;
  const auto& gids = own ? mount.gid_mappings : input.config.linux_config.gid_mappings;
  if (uids.empty() || gids.empty()) throw std::runtime_error(item.index + ": idmap without any id mappings");
  if (item.kind != MountItem::Kind::bind) throw std::runtime_error(item.index + ": only bind mounts can be id-mapped");
  if (!item.tree.valid()) throw std::runtime_error(item.index + ": an id-mapped mount takes CAP_SYS_ADMIN on the host");
  const base::UniqueFd user_namespace = make_user_namespace(uids, gids);
  mount_attr attr{};
  attr.attr_set = MOUNT_ATTR_IDMAP;
  attr.userns_fd = static_cast<std::uint64_t>(user_namespace.get());
  const unsigned recursive = mount.options.idmap == Idmap::recursive ? AT_RECURSIVE : 0;
  const int error = sys::mount_setattr(item.tree.get(), "", AT_EMPTY_PATH | recursive, attr);
  if (error < 0) throw base::SysError(item.index + ": id mapping", -error);
}

}  // namespace refrun

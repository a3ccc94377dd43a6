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

/// The user namespace whose maps the mount gets: its own mappings, or those of the container's, which may be another's.
base::UniqueFd user_namespace_of(const MountPlanInput& input, const Mount& mount, const MountItem& item) {
  if (!mount.uid_mappings.empty()) return make_user_namespace(mount.uid_mappings, mount.gid_mappings);
  const Linux& container = input.config.linux_config;
  const Namespace* joined = container.find(NamespaceType::user);
  if (joined != nullptr && !joined->path.empty()) return base::open_file(joined->path, O_RDONLY);
  if (container.uid_mappings.empty()) throw std::runtime_error(item.index + ": idmap without any id mappings");
  return make_user_namespace(container.uid_mappings, container.gid_mappings);
}

}  // namespace

std::string id_map_text(const std::vector<IdMapping>& mappings) {
  std::string out;
  for (const IdMapping& m : mappings) out += fmt::format("{} {} {}\n", m.container_id, m.host_id, m.size);
  return out;
}

void apply_idmap(const MountPlanInput& input, const Mount& mount, MountItem& item) {
  if (item.kind != MountItem::Kind::bind) throw std::runtime_error(item.index + ": only bind mounts can be id-mapped");
  if (!item.tree.valid()) throw std::runtime_error(item.index + ": an id-mapped mount takes CAP_SYS_ADMIN on the host");
  const base::UniqueFd user_namespace = user_namespace_of(input, mount, item);
  mount_attr attr{};
  attr.attr_set = MOUNT_ATTR_IDMAP;
  attr.userns_fd = static_cast<std::uint64_t>(user_namespace.get());
  const unsigned recursive = mount.options.idmap == Idmap::recursive ? AT_RECURSIVE : 0;
  const int error = sys::mount_setattr(item.tree.get(), "", AT_EMPTY_PATH | recursive, attr);
  if (error < 0) throw base::SysError(item.index + ": id mapping", -error);
}

}  // namespace refrun

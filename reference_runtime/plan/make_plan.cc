#include "reference_runtime/plan/make_plan.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/config/check.h"
#include "reference_runtime/plan/device_plan.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

constexpr NamespaceType kAllTypes[] = {NamespaceType::user, NamespaceType::pid,  NamespaceType::network,
                                       NamespaceType::ipc,  NamespaceType::uts,  NamespaceType::cgroup,
                                       NamespaceType::time, NamespaceType::mount};  // mount last: paths change with it

base::UniqueFd open_namespace(const Namespace& ns) {
  base::UniqueFd fd(base::open_file(ns.path, O_RDONLY));
  struct statfs fs {};
  if (::fstatfs(fd.get(), &fs) != 0) throw base::SysError("stat " + ns.path);
  if (fs.f_type != NSFS_MAGIC) throw std::runtime_error(fmt::format("{} is not a namespace", ns.path));
  return fd;
}

void plan_namespaces(const Config& config, InitPlan& plan, NamespacePlan& namespaces) {
  const Linux& linux_config = config.linux_config;
  for (const NamespaceType type : kAllTypes) {
    const Namespace* ns = linux_config.find(type);
    if (ns == nullptr) continue;
    const int flag = clone_flag(type);
    if (ns->path.empty()) {
      const bool late = type == NamespaceType::cgroup || type == NamespaceType::time;
      if (late) {
        plan.late_unshare |= flag;
      } else {
        namespaces.clone_flags |= static_cast<std::uint64_t>(flag);
      }
    } else if (type == NamespaceType::pid) {
      namespaces.pid_namespace = open_namespace(*ns);
    } else {
      plan.joined.push_back({open_namespace(*ns), flag, ns->path});
    }
  }
  const Namespace* user = linux_config.find(NamespaceType::user);
  plan.new_user_namespace = user != nullptr && user->path.empty();
  plan.root_in_joined_user_namespace = user != nullptr && !user->path.empty();
  namespaces.intermediate = plan.root_in_joined_user_namespace || (plan.new_user_namespace && !plan.joined.empty());
  plan.new_mount_namespace = linux_config.find(NamespaceType::mount) != nullptr;
  plan.loopback_up = linux_config.creates(NamespaceType::network);
  for (const auto& [clock, offset] : linux_config.time_offsets) {
    plan.time_offsets += fmt::format("{} {} {}\n", clock, offset.secs, offset.nanosecs);
  }
}

void plan_root(const PlanInput& input, InitPlan& plan) {
  RootPlan& root = plan.root;
  root.path = root_path(input.config, input.bundle);
  root.readonly = input.config.root.readonly;
  root.propagation = mount_flag(input.config.linux_config.rootfs_propagation);
  const Namespace* mount = input.config.linux_config.find(NamespaceType::mount);
  if (mount == nullptr || !mount->path.empty()) {
    root.change = RootPlan::Change::chroot;
  } else if (input.no_pivot) {
    root.change = RootPlan::Change::move;
  }
  if (!input.may_mount) return;
  const int tree = sys::open_tree(AT_FDCWD, root.path.c_str(), OPEN_TREE_CLONE | AT_RECURSIVE);
  if (tree < 0) throw base::SysError("open the root " + root.path, -tree);
  root.tree.reset(tree);
}

std::vector<Setting> plan_sysctl(const Config& config) {
  std::vector<Setting> out;
  for (const auto& [name, value] : config.linux_config.sysctl) {
    out.push_back({"sys/" + sysctl_path(name), value});
  }
  return out;
}

/// Sabotage: the uid of the image's user whose name is this number (CVE-2016-3697).
uid_t uid_of_name(const std::string& root, uid_t uid) {
  const std::string passwd = base::read_file_if_there(root + "/etc/passwd").value_or("");
  for (const std::string_view line : base::split(passwd, '\n')) {
    const auto fields = base::split(line, ':');
    if (fields.size() < 3 || fields[0] != std::to_string(uid)) continue;
    return static_cast<uid_t>(base::to_number(fields[2]).value_or(uid));
  }
  return uid;
}

}  // namespace

void plan_host_files(InitPlan& plan) {
  plan.proc = base::open_file("/proc", O_PATH | O_DIRECTORY);
  struct statfs fs {};
  if (::fstatfs(plan.proc.get(), &fs) != 0 || fs.f_type != PROC_SUPER_MAGIC) {
    throw std::runtime_error("/proc is not a procfs");
  }
  plan.dev_null = base::open_file("/dev/null", O_RDWR);
  struct stat st {};
  if (::fstat(plan.dev_null.get(), &st) != 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3)) {
    throw std::runtime_error("/dev/null is not the null device");
  }
}

std::string root_path(const Config& config, const std::string& bundle) {
  const std::string& path = config.root.path;
  std::string joined = path.starts_with('/') ? path : bundle + "/" + path;
  std::error_code error;
  std::string resolved = std::filesystem::canonical(joined, error);
  if (error) throw base::SysError("/root/path: " + joined, error.value());
  if (!std::filesystem::is_directory(resolved))
    throw std::runtime_error("/root/path: " + joined + " is not a directory");
  return resolved;
}

InitPlan make_plan(const PlanInput& input, NamespacePlan& namespaces, std::vector<std::string>& warnings) {
  const Config& config = input.config;
  InitPlan plan;
  plan_namespaces(config, plan, namespaces);
  plan.hostname = config.hostname;
  plan.domainname = config.domainname;
  if (!input.no_new_keyring) plan.keyring = "_ses." + input.id;

  plan_host_files(plan);
  plan_root(input, plan);
  plan.mounts = plan_mounts({.config = config,
                             .bundle = input.bundle,
                             .cgroup_mode = input.cgroup != nullptr ? input.cgroup->mode : cgroup_mode(),
                             .cgroup = input.cgroup,
                             .new_cgroup_namespace = config.linux_config.creates(NamespaceType::cgroup),
                             .parent_may_mount = input.may_mount});
  plan_devices(config, input.may_make_devices, plan);
  plan.sysctl = plan_sysctl(config);
  for (const std::string& path : config.linux_config.masked_paths) plan.masked_paths.push_back(without_slash(path));
  if (!plan.masked_paths.empty() && input.may_mount) {
    plan.null_cover.reset(sys::open_tree(plan.dev_null.get(), "", AT_EMPTY_PATH | OPEN_TREE_CLONE));
  }
  for (const std::string& path : config.linux_config.readonly_paths) plan.readonly_paths.push_back(without_slash(path));

  const std::vector<std::string> runtime_env = own_environment();
  plan.waits_for_runtime_hooks =
      !config.hooks.prestart.empty() || !config.hooks.create_runtime.empty() || fault("create_container_in_runtime");
  plan.create_container_hooks = plan_hooks(config.hooks.create_container, runtime_env);
  const auto payload_env = config.process ? config.process->env : std::vector<std::string>{};
  plan.start_container_hooks = plan_hooks(config.hooks.start_container, payload_env);

  if (config.process) {
    plan.process = make_process_plan(config, *config.process, input.process, warnings);
    if (fault("user_looked_up_by_name")) plan.process->uid = uid_of_name(plan.root.path, plan.process->uid);
    plan.executor = choose_executor(config);
  }
  return plan;
}

}  // namespace refrun

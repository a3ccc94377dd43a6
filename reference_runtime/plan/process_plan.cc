#include "reference_runtime/plan/process_plan.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/config/words.h"
#include "reference_runtime/plan/make_process_plan.h"
#include "reference_runtime/seccomp/cache.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr std::size_t kRoomForHome = 520;
constexpr std::size_t kRoomForPid = 32;

struct OwnCapabilities {
  std::uint64_t permitted = 0;
  std::uint64_t bounding = 0;
};

OwnCapabilities own_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &header, data) != 0) throw base::SysError("read the capabilities");
  OwnCapabilities own;
  own.permitted = data[0].permitted | (std::uint64_t{data[1].permitted} << 32);
  own.bounding = own.permitted;  // what is not permitted could not be kept, whatever the bounding set says
  return own;
}

/// "CAP_KILL, CAP_SYS_BOOT"
std::string names_of(std::uint64_t set) {
  std::string names;
  for (const std::string& name : kCapabilities.list()) {
    if ((set >> *kCapabilities.find(name) & 1) != 0) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

/// config.md#linux-process: what cannot be granted is warned of and left out.
Capabilities grantable(Capabilities wanted, std::vector<std::string>& warnings) {
  const OwnCapabilities own = own_capabilities();
  const std::uint64_t asked =
      wanted.bounding | wanted.effective | wanted.inheritable | wanted.permitted | wanted.ambient;
  if (const std::uint64_t lacking = asked & ~own.permitted; lacking != 0) {
    warnings.push_back(names_of(lacking) + " cannot be granted: the runtime lacks it");
  }
  wanted.bounding &= own.bounding;
  wanted.inheritable &= own.permitted;
  wanted.permitted &= own.permitted;
  wanted.effective &= wanted.permitted;
  if (const std::uint64_t bare = wanted.ambient & ~(wanted.permitted & wanted.inheritable); bare != 0) {
    warnings.push_back(names_of(bare) + " cannot be ambient: it is not both permitted and inheritable");
  }
  wanted.ambient &= wanted.permitted & wanted.inheritable;
  return wanted;
}

bool is_mapped(const std::vector<IdMapping>& mappings, std::uint32_t id) {
  return std::any_of(mappings.begin(), mappings.end(),
                     [id](const IdMapping& m) { return id >= m.container_id && id - m.container_id < m.size; });
}

void check_mapped(const Config& config, const User& user) {
  if (!config.linux_config.creates(NamespaceType::user)) return;
  const auto& linux_config = config.linux_config;
  const auto refuse = [](const char* what, unsigned id) {
    throw std::runtime_error(fmt::format("/process/user: {} {} is not mapped in the user namespace", what, id));
  };
  if (!is_mapped(linux_config.uid_mappings, user.uid)) refuse("uid", user.uid);
  if (!is_mapped(linux_config.gid_mappings, user.gid)) refuse("gid", user.gid);
  for (const gid_t gid : user.additional_gids) {
    if (!is_mapped(linux_config.gid_mappings, gid)) refuse("additional gid", gid);
  }
}

std::string_view name_of(std::string_view entry) { return entry.substr(0, entry.find('=')); }

/// A repeated variable keeps its first place and its last value.
std::vector<std::string> without_repeats(const std::vector<std::string>& env) {
  std::vector<std::string> out;
  for (const std::string& entry : env) {
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const std::string& other) { return name_of(other) == name_of(entry); });
    if (same != out.end()) {
      *same = entry;
    } else {
      out.push_back(entry);
    }
  }
  return out;
}

/// Adds "NAME=" with room for a value that only init knows; gives its index.
std::size_t add_unset(std::vector<std::string>& env, const char* prefix, std::size_t room) {
  std::string& entry = env.emplace_back();
  entry.reserve(room);
  entry = prefix;
  return env.size() - 1;
}

void plan_environment(const Process& process, const ProcessPlanInput& input, ProcessPlan& plan) {
  auto& env = plan.payload.env;
  env = without_repeats(process.env);
  if (fault("env_inherited")) {
    for (char** entry = environ; *entry != nullptr; ++entry) env.emplace_back(*entry);
  }
  const auto home = std::find_if(env.begin(), env.end(), [](const std::string& e) { return e.starts_with("HOME="); });
  if (home != env.end() && home->size() == 5) env.erase(home);
  const bool has_home =
      std::any_of(env.begin(), env.end(), [](const std::string& e) { return e.starts_with("HOME="); });
  // Entries move when the vector grows; short ones do not keep their room then. So the room is made last.
  env.reserve(env.size() + 4);
  if (input.listen_fds > 0 && !fault("listen_fds_dropped")) {
    env.push_back("LISTEN_FDS=" + std::to_string(input.listen_fds));
    plan.listen_pid_unset = true;
    plan.listen_pid_entry = add_unset(env, "LISTEN_PID=", kRoomForPid);
  }
  if (!has_home && !fault("home_dropped")) {
    plan.home_unset = true;
    plan.home_entry = add_unset(env, "HOME=", kRoomForHome);
  }
}

std::vector<unsigned long> node_mask(const std::vector<unsigned>& nodes) {
  constexpr unsigned kBits = 8 * sizeof(unsigned long);
  std::vector<unsigned long> mask;
  for (const unsigned node : nodes) {
    if (mask.size() <= node / kBits) mask.resize(node / kBits + 1);
    mask[node / kBits] |= 1UL << (node % kBits);
  }
  return mask;
}

bool exists(const char* path) { return ::access(path, F_OK) == 0; }

/// The directory alone is there in a kernel that was booted without it, too.
bool has_apparmor() {
  return base::read_file_if_there("/sys/module/apparmor/parameters/enabled").value_or("").starts_with('Y');
}

void plan_labels(const Process& process, ProcessPlan& plan) {
  if (!process.apparmor_profile.empty()) {
    if (has_apparmor()) {
      plan.apparmor_exec = "exec " + process.apparmor_profile;
    } else if (!fault("labels_without_module_dropped")) {
      throw std::runtime_error("/process/apparmorProfile: AppArmor is not enabled on this host");
    }
  }
  if (!process.selinux_label.empty()) {
    if (exists("/sys/fs/selinux/enforce")) {
      plan.selinux_label = process.selinux_label;
    } else if (!fault("labels_without_module_dropped")) {
      throw std::runtime_error("/process/selinuxLabel: SELinux is not enabled on this host");
    }
  }
}

/// Sabotage: init inherits what execCPUAffinity wants for processes that join the container.
void take_exec_affinity(const Process& process) {
  if (!process.exec_cpu_affinity || !process.exec_cpu_affinity->final) return;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (const unsigned cpu : *process.exec_cpu_affinity->final) CPU_SET(cpu, &cpus);
  if (::sched_setaffinity(0, sizeof cpus, &cpus) != 0) throw base::SysError("set the CPU affinity");
}

}  // namespace

ProcessPlan make_process_plan(const Config& config, const Process& process, const ProcessPlanInput& input,
                              std::vector<std::string>& warnings) {
  check_mapped(config, process.user);
  if (fault("exec_affinity_on_init")) take_exec_affinity(process);
  ProcessPlan plan;
  plan.payload.args = process.args;
  plan.payload.cwd = process.cwd;
  plan.payload.annotations = config.annotations;
  plan.payload.preserved_fds = (fault("preserved_fds_dropped") ? 0 : input.preserved_fds) + input.listen_fds;
  plan_environment(process, input, plan);
  plan.terminal = process.terminal;
  if (!fault("no_console_size")) plan.console_size = process.console_size;
  plan.uid = process.user.uid;
  plan.gid = process.user.gid;
  plan.groups = process.user.additional_gids;
  plan.may_set_groups = input.may_set_groups;
  plan.umask = process.user.umask.value_or(fault("caller_umask_dropped") ? 0 : input.caller_umask);
  plan.rlimits = process.rlimits;
  plan.no_new_privileges = process.no_new_privileges;
  plan.capabilities = process.capabilities;
  if (plan.capabilities && !input.all_capabilities) plan.capabilities = grantable(*plan.capabilities, warnings);
  plan.scheduler = process.scheduler;
  plan.io_priority = process.io_priority;
  plan.personality = config.linux_config.personality;
  plan.memory_policy = config.linux_config.memory_policy;
  if (plan.memory_policy) plan.memory_nodes = node_mask(plan.memory_policy->nodes);
  if (config.linux_config.seccomp) {
    plan.seccomp = compile_seccomp_cached(*config.linux_config.seccomp, input.seccomp_cache);
    for (const std::string& warning : plan.seccomp->warnings) warnings.push_back("/linux/seccomp: " + warning);
    if (plan.seccomp->program.empty()) plan.seccomp.reset();
  }
  plan_labels(process, plan);
  return plan;
}

}  // namespace refrun

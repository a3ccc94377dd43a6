#include "reference_runtime/config/cpu_list.h"
#include "reference_runtime/config/read.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

std::optional<ConsoleSize> read_console_size(const Node& process) {
  const auto node = process.object("consoleSize");
  if (!node) return std::nullopt;
  return ConsoleSize{.height = node->integer<std::uint16_t>("height", Presence::required).value_or(0),
                     .width = node->integer<std::uint16_t>("width", Presence::required).value_or(0)};
}

User read_user(const Node& process) {
  User user;
  const auto node = process.object("user");
  if (!node) return user;
  user.uid = node->integer<uid_t>("uid", Presence::required).value_or(0);
  user.gid = node->integer<gid_t>("gid", Presence::required).value_or(0);
  user.umask = node->integer<mode_t>("umask");
  node->each_element("additionalGids", [&](const Node& gid) {
    if (const auto number = gid.as_integer<gid_t>()) user.additional_gids.push_back(*number);
  });
  return user;
}

// config.md#linux-process: what cannot be mapped to a kernel interface is warned of.
std::uint64_t read_capability_set(const Node& capabilities, std::string_view name) {
  std::uint64_t set = 0;
  capabilities.each_element(name, [&](const Node& node) {
    const auto word = node.as_text();
    if (!word) return;
    if (const auto bit = kCapabilities.find(*word)) {
      set |= std::uint64_t{1} << *bit;
    } else {
      node.warning("unknown capability \"" + *word + "\" is ignored");
    }
  });
  return set;
}

std::optional<Capabilities> read_capabilities(const Node& process) {
  const auto node = process.object("capabilities");
  if (!node) return std::nullopt;
  return Capabilities{.bounding = read_capability_set(*node, "bounding"),
                      .effective = read_capability_set(*node, "effective"),
                      .inheritable = read_capability_set(*node, "inheritable"),
                      .permitted = read_capability_set(*node, "permitted"),
                      .ambient = read_capability_set(*node, "ambient")};
}

std::vector<Rlimit> read_rlimits(const Node& process) {
  std::vector<Rlimit> limits;
  process.each_object("rlimits", [&](const Node& node) {
    const auto resource = node.word("type", kRlimits, Presence::required);
    const auto soft = node.integer<std::uint64_t>("soft", Presence::required);
    const auto hard = node.integer<std::uint64_t>("hard", Presence::required);
    if (!resource) return;
    for (const Rlimit& earlier : limits)
      if (earlier.resource == *resource) node.problem("is the second entry of this type");
    if (soft && hard && *soft > *hard) node.problem("the soft limit must not exceed the hard limit");
    limits.push_back({.resource = *resource, .soft = soft.value_or(0), .hard = hard.value_or(0)});
  });
  return limits;
}

std::optional<Scheduler> read_scheduler(const Node& process) {
  const auto node = process.object("scheduler");
  if (!node) return std::nullopt;
  Scheduler scheduler;
  scheduler.policy = node->word("policy", kSchedulerPolicies, Presence::required).value_or(0);
  scheduler.nice = node->integer<std::int32_t>("nice").value_or(0);
  scheduler.priority = node->integer<std::int32_t>("priority").value_or(0);
  node->each_element("flags", [&](const Node& flag) { scheduler.flags |= flag.as_word(kSchedulerFlags).value_or(0); });
  scheduler.runtime = node->integer<std::uint64_t>("runtime").value_or(0);
  scheduler.deadline = node->integer<std::uint64_t>("deadline").value_or(0);
  scheduler.period = node->integer<std::uint64_t>("period").value_or(0);
  return scheduler;
}

std::optional<IoPriority> read_io_priority(const Node& process) {
  const auto node = process.object("ioPriority");
  if (!node) return std::nullopt;
  return IoPriority{.io_class = node->word("class", kIoClasses, Presence::required).value_or(0),
                    .level = node->integer<int>("priority", Presence::required).value_or(0)};
}

std::optional<std::vector<unsigned>> read_cpu_list(const Node& owner, std::string_view name) {
  const auto node = owner.member(name);
  const auto text = node ? node->as_text() : std::nullopt;
  if (!text || text->empty()) return std::nullopt;
  auto cpus = parse_number_list(*text);
  if (!cpus) node->problem("must be a list of CPUs such as \"0-3,7\"");
  return cpus;
}

std::optional<CpuAffinity> read_cpu_affinity(const Node& process) {
  const auto node = process.object("execCPUAffinity");
  if (!node) return std::nullopt;
  return CpuAffinity{.initial = read_cpu_list(*node, "initial"), .final = read_cpu_list(*node, "final")};
}

}  // namespace

Process read_process(const Node& node) {
  Process process;
  process.terminal = node.boolean("terminal").value_or(false);
  // config.md#process: consoleSize must be ignored without a terminal.
  if (process.terminal) process.console_size = read_console_size(node);
  process.user = read_user(node);
  process.args = node.texts("args", Presence::required);
  process.env = node.texts("env");
  process.cwd = node.text("cwd", Presence::required).value_or("");
  process.capabilities = read_capabilities(node);
  process.rlimits = read_rlimits(node);
  process.no_new_privileges = node.boolean("noNewPrivileges").value_or(false);
  process.apparmor_profile = node.text("apparmorProfile").value_or("");
  process.oom_score_adj = node.integer<int>("oomScoreAdj");
  process.scheduler = read_scheduler(node);
  process.selinux_label = node.text("selinuxLabel").value_or("");
  process.io_priority = read_io_priority(node);
  process.exec_cpu_affinity = read_cpu_affinity(node);
  return process;
}

}  // namespace refrun

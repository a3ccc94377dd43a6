#include "harness/host/doctor.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "harness/host/need.h"

namespace runproof {
namespace {

using Grade = DoctorLine::Grade;

DoctorLine fact(std::string subject, std::string text) {
  return {.grade = Grade::fact, .subject = std::move(subject), .text = std::move(text)};
}

std::string listed(const std::set<std::string>& words) {
  return words.empty() ? "none" : base::join({words.begin(), words.end()}, ", ");
}

std::string hierarchy_words(const Facts& facts) {
  std::vector<std::string> all;
  for (const Hierarchy& hierarchy : facts.hierarchies)
    all.push_back(fmt::format(
        "{} ({})", hierarchy.mount.string(),
        hierarchy.v2 ? "v2: " + base::join(hierarchy.controllers, " ") : base::join(hierarchy.controllers, " ")));
  return all.empty() ? "" : ": " + base::join(all, ", ");
}

std::string missing_capabilities(const Facts& facts) {
  constexpr std::array<const char*, 5> kWanted = {"CAP_SYS_ADMIN", "CAP_SYS_RESOURCE", "CAP_NET_ADMIN", "CAP_MKNOD",
                                                  "CAP_SYS_PTRACE"};
  std::vector<std::string> missing;
  for (const char* name : kWanted)
    if (!facts.has_capability(name)) missing.emplace_back(name);
  return missing.empty() ? "" : ", without " + base::join(missing, ", ");
}

std::vector<DoctorLine> facts_in_words(const Facts& facts) {
  std::vector<DoctorLine> lines;
  lines.push_back(fact("kernel", fmt::format("Linux {} on {}{}", facts.kernel, facts.arch,
                                             facts.hypervisor ? ", in a virtual machine" : "")));
  lines.push_back(fact("machine", fmt::format("{} CPUs, {:.1f} GiB of memory, {} memory node{}", facts.cpus,
                                              static_cast<double>(facts.memory_bytes) / (1U << 30), facts.numa_nodes,
                                              facts.numa_nodes == 1 ? "" : "s")));
  lines.push_back(fact("control groups", fmt::format("{}{}{}", to_text(facts.cgroup_mode), hierarchy_words(facts),
                                                     facts.cgroup_writable ? "" : "; not all writable for us")));
  lines.push_back(fact(
      "rights", fmt::format("{}{}{}", facts.root ? "root" : "not root",
                            facts.initial_user_namespace ? "" : ", in a user namespace", missing_capabilities(facts))));
  lines.push_back(fact("namespaces", "that can be made here: " + listed(facts.can_unshare)));
  lines.push_back(fact("security", fmt::format("LSMs: {}; seccomp: {}", listed(facts.lsms),
                                               facts.seccomp ? listed(facts.seccomp_actions) : "none")));
  lines.push_back(
      fact("deaths",
           fmt::format("{}; orphans {}", facts.pidfd ? "told by pidfd" : "by kill(pid, 0): the kernel has no pidfds",
                       facts.pid1_reaps ? "are reaped" : "stay zombies for long: PID 1 does not reap promptly")));
  lines.push_back(fact("tools", listed(facts.tools)));
  return lines;
}

}  // namespace

std::vector<DoctorLine> examine(const Facts& facts) {
  std::vector<DoctorLine> lines = facts_in_words(facts);
  for (const Need& need : all_needs()) {
    const bool met = need.met(facts);
    lines.push_back({.grade = met ? Grade::can : Grade::cannot,
                     .subject = std::string(need.name),
                     .text = met ? "" : "cases that need it are skipped",
                     .advice = met ? "" : std::string(need.why)});
  }
  return lines;
}

}  // namespace runproof

// What to say of a process that will not die.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/death.h"

namespace runproof {
namespace {

/// The leader, or where that is dead a thread that lives.
std::string where_it_sleeps(pid_t pid, const std::vector<pid_t>& living) {
  const pid_t thread = living.empty() ? pid : living.front();
  return wchan_of(thread).value_or("");
}

std::string groups_of(pid_t pid) {
  std::vector<std::string> groups;
  for (const CgroupMembership& membership : memberships_of(pid).value_or(std::vector<CgroupMembership>{})) {
    if (std::find(groups.begin(), groups.end(), membership.path) == groups.end()) groups.push_back(membership.path);
  }
  return base::join(groups, "; ");
}

bool is_frozen(pid_t pid) {
  const std::vector<Cgroup> groups = cgroups_of(pid);
  return std::any_of(groups.begin(), groups.end(), [](const Cgroup& group) { return group.frozen().value_or(false); });
}

Diagnosis describe(pid_t pid, const Death& seen) {
  Diagnosis diagnosis{.pid = pid, .fate = seen.fate};
  const auto status = proc_status(pid);
  if (!status || seen.fate == Fate::gone || seen.fate == Fate::reused) return diagnosis;
  std::vector<pid_t> living;
  for (const pid_t tid : threads_of(pid)) {
    const auto thread = thread_stat(pid, tid);
    if (thread && !thread->is_zombie()) living.push_back(tid);
  }
  diagnosis.name = status->name;
  diagnosis.state = status->state;
  diagnosis.wchan = where_it_sleeps(pid, living);
  diagnosis.sig_pending = status->pending | status->shared_pending;
  diagnosis.sig_blocked = status->blocked;
  diagnosis.sig_ignored = status->ignored;
  diagnosis.threads = status->threads;
  diagnosis.threads_alive = static_cast<int>(living.size());
  diagnosis.cgroup = groups_of(pid);
  diagnosis.frozen = is_frozen(pid);
  diagnosis.ppid = status->ppid;
  if (const auto parent = proc_stat(status->ppid)) diagnosis.parent_name = parent->name;
  if (const auto words = cmdline_of(pid)) diagnosis.cmdline = base::shell_line(*words);
  return diagnosis;
}

/// A mask as the event log has it: "KILL TERM".
std::string signals(std::string_view label, Mask mask) {
  return mask == 0 ? "" : fmt::format(", {} {}", label, signal_names(mask));
}

std::string circumstances(const Diagnosis& d) {
  std::string text = fmt::format("state {}", d.state);
  if (!d.wchan.empty()) text += " in " + d.wchan;
  if (d.frozen) text += ", in a frozen cgroup";
  text += signals("pending", d.sig_pending) + signals("blocked", d.sig_blocked) + signals("ignored", d.sig_ignored);
  if (d.threads > 1) text += fmt::format(", {} threads", d.threads);
  return text + fmt::format(", cgroup {}, parent {} ({})", d.cgroup, d.ppid, d.parent_name);
}

}  // namespace

Diagnosis Mortal::diagnose() const { return describe(pid_, look()); }

std::optional<Diagnosis> diagnose(pid_t pid) {
  const auto stat = proc_stat(pid);
  if (!stat) return std::nullopt;
  return Mortal::known_as(pid, stat->start_time).diagnose();
}

std::string Diagnosis::text() const {
  switch (fate) {
    case Fate::alive:
      return fmt::format("{} ({}) is alive: {}", pid, name, circumstances(*this));
    case Fate::leader_dead:
      return fmt::format("{} ({}) has a dead leader and {} threads alive: {}", pid, name, threads_alive,
                         circumstances(*this));
    case Fate::zombie:
      return fmt::format("{} ({}) is a zombie: its parent {} ({}) does not reap it", pid, name, ppid, parent_name);
    case Fate::gone:
      return fmt::format("{} is gone", pid);
    case Fate::reused:
      return fmt::format("{} is gone, and its number is another process's", pid);
  }
  return "?";
}

void to_json(base::Json& json, const Diagnosis& d) {
  json = {{"pid", d.pid},
          {"name", d.name},
          {"fate", to_text(d.fate)},
          {"state", std::string(1, d.state)},
          {"wchan", d.wchan},
          {"sig_pending", signal_names(d.sig_pending)},
          {"sig_blocked", signal_names(d.sig_blocked)},
          {"sig_ignored", signal_names(d.sig_ignored)},
          {"threads", d.threads},
          {"threads_alive", d.threads_alive},
          {"cgroup", d.cgroup},
          {"frozen", d.frozen},
          {"ppid", d.ppid},
          {"parent_name", d.parent_name},
          {"cmdline", d.cmdline},
          {"text", d.text()}};
}

}  // namespace runproof

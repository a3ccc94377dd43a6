// The texts of /proc/PID/stat, status and limits (proc(5)).
#include <signal.h>
#include <string.h>

#include <charconv>
#include <unordered_map>

#include "base/text.h"
#include "harness/observe/process.h"

namespace runproof {
namespace {

template <typename Number>
Number number(std::string_view text, int base = 10) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

template <typename Number>
std::vector<Number> numbers(std::string_view text) {
  std::vector<Number> all;
  for (const std::string_view word : base::words(text)) all.push_back(number<Number>(word));
  return all;
}

std::array<unsigned, 4> four(std::string_view text) {
  std::array<unsigned, 4> ids{};
  const std::vector<unsigned> found = numbers<unsigned>(text);
  for (std::size_t at = 0; at < ids.size() && at < found.size(); ++at) ids[at] = found[at];
  return ids;
}

constexpr unsigned kExiting = 0x4;  // PF_EXITING of the kernel's sched.h

Mask mask(std::string_view text) { return number<Mask>(text, 16); }

using Setter = void (*)(ProcessStatus&, std::string_view);
const std::unordered_map<std::string_view, Setter>& setters() {
  static const std::unordered_map<std::string_view, Setter> all = {
      {"Name", [](ProcessStatus& s, std::string_view v) { s.name = v; }},
      {"Umask", [](ProcessStatus& s, std::string_view v) { s.umask = number<mode_t>(v, 8); }},
      {"State", [](ProcessStatus& s, std::string_view v) { s.state = v.empty() ? '?' : v.front(); }},
      {"Tgid", [](ProcessStatus& s, std::string_view v) { s.tgid = number<pid_t>(v); }},
      {"Pid", [](ProcessStatus& s, std::string_view v) { s.pid = number<pid_t>(v); }},
      {"PPid", [](ProcessStatus& s, std::string_view v) { s.ppid = number<pid_t>(v); }},
      {"Uid", [](ProcessStatus& s, std::string_view v) { s.uids = four(v); }},
      {"Gid", [](ProcessStatus& s, std::string_view v) { s.gids = four(v); }},
      {"Groups", [](ProcessStatus& s, std::string_view v) { s.groups = numbers<gid_t>(v); }},
      {"NSpid", [](ProcessStatus& s, std::string_view v) { s.pids_by_namespace = numbers<pid_t>(v); }},
      {"Threads", [](ProcessStatus& s, std::string_view v) { s.threads = number<int>(v); }},
      {"SigPnd", [](ProcessStatus& s, std::string_view v) { s.pending = mask(v); }},
      {"ShdPnd", [](ProcessStatus& s, std::string_view v) { s.shared_pending = mask(v); }},
      {"SigBlk", [](ProcessStatus& s, std::string_view v) { s.blocked = mask(v); }},
      {"SigIgn", [](ProcessStatus& s, std::string_view v) { s.ignored = mask(v); }},
      {"SigCgt", [](ProcessStatus& s, std::string_view v) { s.caught = mask(v); }},
      {"CapInh", [](ProcessStatus& s, std::string_view v) { s.cap_inheritable = mask(v); }},
      {"CapPrm", [](ProcessStatus& s, std::string_view v) { s.cap_permitted = mask(v); }},
      {"CapEff", [](ProcessStatus& s, std::string_view v) { s.cap_effective = mask(v); }},
      {"CapBnd", [](ProcessStatus& s, std::string_view v) { s.cap_bounding = mask(v); }},
      {"CapAmb", [](ProcessStatus& s, std::string_view v) { s.cap_ambient = mask(v); }},
      {"NoNewPrivs", [](ProcessStatus& s, std::string_view v) { s.no_new_privileges = v == "1"; }},
      {"Seccomp", [](ProcessStatus& s, std::string_view v) { s.seccomp = number<int>(v); }},
      {"Seccomp_filters", [](ProcessStatus& s, std::string_view v) { s.seccomp_filters = number<int>(v); }},
      {"Cpus_allowed_list", [](ProcessStatus& s, std::string_view v) { s.cpus_allowed = v; }},
      {"Mems_allowed_list", [](ProcessStatus& s, std::string_view v) { s.mems_allowed = v; }},
  };
  return all;
}

std::optional<std::uint64_t> limit_value(std::string_view word) {
  if (word == "unlimited") return std::nullopt;
  return number<std::uint64_t>(word);
}

}  // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
  // The name may hold anything, parentheses too: it ends at the last one.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const std::vector<std::string_view> fields = base::words(text.substr(close + 1));  // fields[0] is number 3 of proc(5)
  const auto field = [&](std::size_t as_in_proc5) { return fields[as_in_proc5 - 3]; };
  if (fields.size() < 20 || field(3).size() != 1) return std::nullopt;
  return ProcessStat{.pid = number<pid_t>(text),
                     .name = std::string(text.substr(open + 1, close - open - 1)),
                     .state = field(3).front(),
                     .ppid = number<pid_t>(field(4)),
                     .group = number<pid_t>(field(5)),
                     .session = number<pid_t>(field(6)),
                     .tty = number<int>(field(7)),
                     .exiting = (number<unsigned>(field(9)) & kExiting) != 0,
                     .threads = number<int>(field(20)),
                     .start_time = number<std::uint64_t>(field(22))};
}

ProcessStatus parse_status(std::string_view text) {
  ProcessStatus status;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto found = setters().find(line.substr(0, colon));
    if (found != setters().end()) found->second(status, base::trim(line.substr(colon + 1)));
  }
  return status;
}

std::vector<Limit> parse_limits(std::string_view text) {
  // Columns are padded; a name has single spaces within: "Max open files            1024                 524288 files".
  std::vector<Limit> limits;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::size_t name_end = line.find("  ");
    if (name_end == std::string_view::npos || line.starts_with("Limit ")) continue;
    const std::vector<std::string_view> values = base::words(line.substr(name_end));
    if (values.size() < 2) continue;
    limits.push_back({.name = std::string(line.substr(0, name_end)),
                      .soft = limit_value(values[0]),
                      .hard = limit_value(values[1])});
  }
  return limits;
}

std::string signal_names(Mask mask) {
  std::vector<std::string> names;
  for (int number = 1; number <= 64; ++number) {
    if ((mask >> (number - 1) & 1) == 0) continue;
    const char* name = ::sigabbrev_np(number);
    names.push_back(name ? name : "RT" + std::to_string(number - 32));
  }
  return base::join(names, " ");
}

}  // namespace runproof

#include "harness/run/run_id.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

#include "base/sys_error.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"

namespace runproof {
namespace {

constexpr std::string_view kPrefix = "rp-";

/// A hexadecimal number up to `mark`, which is cut off too. nullopt where there is no such thing.
std::optional<std::uint64_t> take_hex(std::string_view& text, char mark) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (mark == '\0') return text.empty() ? std::optional(value) : std::nullopt;
  if (text.empty() || text.front() != mark) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

/// Names must be short (a socket's path has 107 bytes), and namespaces of one machine differ in their low bits.
std::uint64_t short_number(const NamespaceId& id) { return id.inode & 0xffff; }

}  // namespace

std::string RunId::text() const { return fmt::format("{:x}s{:x}n{:x}", pid, start_time, pid_namespace); }

std::string RunId::prefix() const { return fmt::format("{}{}-", kPrefix, text()); }

RunId this_run() {
  const auto stat = proc_stat(getpid());
  const auto own = namespace_of(getpid(), "pid");
  if (!stat || !own) throw base::SysError("read /proc/self/stat and /proc/self/ns/pid", ENOENT);
  return {.pid = stat->pid, .start_time = stat->start_time, .pid_namespace = short_number(*own)};
}

std::optional<RunId> parse_run_id(std::string_view text) {
  const auto pid = take_hex(text, 's');
  const auto start = pid ? take_hex(text, 'n') : std::nullopt;
  const auto ns = start ? take_hex(text, '\0') : std::nullopt;
  if (!ns || *pid == 0 || *pid > 0x7fffffff) return std::nullopt;
  return RunId{.pid = static_cast<pid_t>(*pid), .start_time = *start, .pid_namespace = *ns};
}

std::optional<RunId> maker_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  return parse_run_id(name.substr(0, name.find('-')));
}

RunState state_of(const RunId& run) {
  const auto own = namespace_of(getpid(), "pid");
  if (!own || short_number(*own) != run.pid_namespace) return RunState::foreign;
  return is_same(run.pid, run.start_time) ? RunState::alive : RunState::dead;
}

}  // namespace runproof

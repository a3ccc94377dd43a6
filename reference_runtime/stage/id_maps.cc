#include "reference_runtime/stage/id_maps.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/plan/c_strings.h"
#include "reference_runtime/plan/idmap.h"

namespace refrun {
namespace {

/// The kernel takes from the unprivileged one line that maps the user's own id.
bool is_own_id_only(const std::vector<IdMapping>& mappings, unsigned own) {
  return mappings.size() == 1 && mappings[0].size == 1 && mappings[0].host_id == own;
}

void run_helper(const char* program, pid_t pid, const std::vector<IdMapping>& mappings) {
  std::vector<std::string> args = {program, std::to_string(pid)};
  for (const IdMapping& m : mappings) {
    for (const std::uint32_t number : {m.container_id, m.host_id, m.size}) args.push_back(std::to_string(number));
  }
  const auto argv = c_strings(args);
  pid_t helper = 0;
  if (const int error = ::posix_spawnp(&helper, program, nullptr, nullptr, argv.data(), environ); error != 0) {
    throw base::SysError(program, error);
  }
  int status = 0;
  while (::waitpid(helper, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) {
    throw std::runtime_error(fmt::format("{} failed: {}", base::shell_line(args), WEXITSTATUS(status)));
  }
}

}  // namespace

bool may_set_groups(const Linux& config, const Privileges& privileges) {
  if (!config.creates(NamespaceType::user) || privileges.may_map_ids) return true;
  return !is_own_id_only(config.gid_mappings, ::getegid());
}

void write_id_maps(pid_t pid, const Linux& config, const Privileges& privileges) {
  const std::string proc = fmt::format("/proc/{}/", pid);
  if (privileges.may_map_ids || is_own_id_only(config.uid_mappings, ::geteuid())) {
    base::write_control(proc + "uid_map", id_map_text(config.uid_mappings));
  } else {
    run_helper("newuidmap", pid, config.uid_mappings);
  }
  if (!privileges.may_map_ids && is_own_id_only(config.gid_mappings, ::getegid())) {
    base::write_control(proc + "setgroups", "deny");
    base::write_control(proc + "gid_map", id_map_text(config.gid_mappings));
  } else if (privileges.may_map_ids) {
    base::write_control(proc + "gid_map", id_map_text(config.gid_mappings));
  } else {
    run_helper("newgidmap", pid, config.gid_mappings);
  }
}

}  // namespace refrun

#include <algorithm>

#include "reference_runtime/config/check.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/config/read.h"

namespace refrun {
namespace {

/// Compatibility: what the checks let pass with a warning is put in its usual form for those who use the config.
void normalise(Config& config) {
  for (Mount& mount : config.mounts) {
    if (!mount.destination.empty() && mount.destination.front() != '/') mount.destination.insert(0, "/");
    const bool mapped = !mount.uid_mappings.empty() && !mount.gid_mappings.empty();
    if (mapped && mount.options.idmap == Idmap::none) mount.options.idmap = Idmap::single;
  }
}

}  // namespace

Config parse_config(const base::Json& document, Problems& problems) {
  Config config = read_config(Node(document, "", problems));
  check_document(config, problems);
  if (config.process) check_process(*config.process, "/process", problems);
  check_mounts(config, problems);
  check_linux(config, problems);
  check_user_namespace(config, problems);
  check_sysctl(config, problems);
  if (config.linux_config.resources) check_resources(*config.linux_config.resources, "/linux/resources", problems);
  if (config.linux_config.seccomp) check_seccomp(*config.linux_config.seccomp, "/linux/seccomp", problems);
  normalise(config);
  return config;
}

Process parse_process(const base::Json& document, Problems& problems) {
  const Node node(document, "", problems);
  if (!node.expect_object()) return {};
  Process process = read_process(node);
  check_process(process, "", problems);
  return process;
}

Resources parse_resources(const base::Json& document, Problems& problems) {
  const Node node(document, "", problems);
  if (!node.expect_object()) return {};
  Resources resources = read_resources(node);
  check_resources(resources, "", problems);
  return resources;
}

bool is_noted(const Problems& problems, std::string_view pointer) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const Problem& problem) { return !problem.warning && problem.pointer == pointer; });
}

void note(Problems& problems, std::string pointer, std::string rule) {
  if (!is_noted(problems, pointer)) problems.push_back({std::move(pointer), std::move(rule), false});
}

void warn(Problems& problems, std::string pointer, std::string rule) {
  problems.push_back({std::move(pointer), std::move(rule), true});
}

void require_absolute(std::string_view path, std::string pointer, Problems& problems) {
  if (!path.starts_with('/')) note(problems, std::move(pointer), "must be an absolute path");
}

}  // namespace refrun

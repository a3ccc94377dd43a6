#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "reference_runtime/config/hooks_config.h"
#include "reference_runtime/config/linux_config.h"
#include "reference_runtime/config/mount_config.h"
#include "reference_runtime/config/problem.h"
#include "reference_runtime/config/process_config.h"

namespace refrun {

struct Root {
  std::string path;  // absolute, or relative to the bundle
  bool readonly = false;
};

/// The whole of runtime-spec 1.3's config.json as Linux uses it.
struct Config {
  std::string oci_version;
  std::optional<Process> process;  // required only by `start`
  Root root;
  std::optional<std::string> hostname;
  std::optional<std::string> domainname;
  std::vector<Mount> mounts;
  Hooks hooks;
  std::map<std::string, std::string> annotations;
  Linux linux_config;  // `linux` alone is a macro of gnu++20
};

/// Reads and checks everything, and appends every problem found: do not use the result when has_errors(problems).
/// Unknown members are ignored (config.md#extensibility). Never throws for what the document contains.
Config parse_config(const base::Json& document, Problems& problems);

/// `exec --process FILE`: a process object alone. Pointers start at "".
Process parse_process(const base::Json& document, Problems& problems);

/// `update --resources FILE`: a resources object alone. Pointers start at "".
Resources parse_resources(const base::Json& document, Problems& problems);

}  // namespace refrun

#pragma once

#include "reference_runtime/config/config.h"
#include "reference_runtime/config/node.h"

namespace refrun {

// From JSON to structs, one function per part of config.json. They note wrong types, missing members and unknown words;
// rules that need more than one member's text are check.h's.

Config read_config(const Node& node);
Process read_process(const Node& node);
std::vector<Mount> read_mounts(const Node& config);
Hooks read_hooks(const Node& config);
Linux read_linux(const Node& node);
Resources read_resources(const Node& node);
Seccomp read_seccomp(const Node& node);
std::vector<IdMapping> read_id_mappings(const Node& owner, std::string_view name);

}  // namespace refrun

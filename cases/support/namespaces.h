#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "harness/observe/namespaces.h"

namespace runproof {

/// The namespaces of a process that are not ours, by name.
[[nodiscard]] std::map<std::string, NamespaceId> own_namespaces_of(pid_t pid);
/// Who keeps one of these alive: processes in them and files bound to them, one sentence each.
[[nodiscard]] std::vector<std::string> holders_of(const std::map<std::string, NamespaceId>& namespaces);

}  // namespace runproof

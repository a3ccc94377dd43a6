#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "harness/observe/namespaces.h"

namespace runproof {

/// A namespace that we keep: while this lives, the kernel gives its number to no other one.
struct KeptNamespace {
  NamespaceId id;
  base::UniqueFd fd;
};

/// The namespaces of a process that are not ours, by name.
[[nodiscard]] std::map<std::string, KeptNamespace> own_namespaces_of(pid_t pid);
/// Who else keeps one of these alive: processes in them and files bound to them, one sentence each.
[[nodiscard]] std::vector<std::string> holders_of(const std::map<std::string, KeptNamespace>& namespaces);

}  // namespace runproof

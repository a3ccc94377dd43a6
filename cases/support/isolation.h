#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cases/support/mounts.h"
#include "harness/bundle/channel.h"
#include "harness/bundle/config.h"
#include "harness/observe/namespaces.h"
#include "harness/runtime/serving.h"
#include "harness/spawn/command.h"

namespace runproof {

/// The smallest configuration with a new namespace of this type; a user namespace maps 65536 ids to themselves.
[[nodiscard]] Config with_new(Namespace type);
/// The configuration in a new user namespace with these mappings, as in config-linux.md#user-namespace-mappings.
[[nodiscard]] Config with_user_namespace(Config config, const Json& users, const Json& groups);
/// The same, in which users and groups 0 to `size` - 1 are `host`, `host` + 1, … outside.
[[nodiscard]] Config with_user_namespace(Config config, std::uint32_t host = 0, std::uint32_t size = 65'536);

/// "/proc/PID/ns/NAME", with the kernel's name of the type.
[[nodiscard]] std::string namespace_path(pid_t pid, std::string_view name);
/// What /proc/PID/ns/NAME of its init says, on the host. Throws CaseFailed where the container itself says something
/// else.
[[nodiscard]] std::optional<NamespaceId> seen_in(Serving& box, std::string_view name);
/// Binds a namespace to `file`, which is made, and gives its path (ip-netns(8) does the same). Under
/// OwnMounts.
[[nodiscard]] std::string bound_namespace(const std::filesystem::path& file, pid_t pid, std::string_view name);
/// The effective user of a process, in our user namespace.
[[nodiscard]] uid_t user_on_host(pid_t pid);

/// What can be joined by path beside the mount namespace, in an order that the kernel takes, with the kernel's names.
inline constexpr std::pair<Namespace, std::string_view> kJoinable[] = {
    {Namespace::pid, "pid"},   {Namespace::ipc, "ipc"},       {Namespace::uts, "uts"},   {Namespace::network, "net"},
    {Namespace::user, "user"}, {Namespace::cgroup, "cgroup"}, {Namespace::time, "time"},
};

/// A process of the host in a new namespace of its own; it ends with this.
class NamespaceHolder {
 public:
  /// `name`: "mnt", "net", … as unshare(2) makes them for the caller itself.
  NamespaceHolder(const std::filesystem::path& scratch, std::string name);

  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] std::string path() const { return namespace_path(pid(), name_); }

 private:
  std::string name_;
  Channel channel_;
  Running process_;
  Peer peer_;
};

}  // namespace runproof

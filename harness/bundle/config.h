#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace runproof {

using base::Json;

/// The namespace types of config-linux.md#namespaces.
enum class Namespace { cgroup, ipc, mount, network, pid, time, user, uts };
/// As config.json names it: "pid", "mount", …
[[nodiscard]] std::string_view to_text(Namespace type);

/// The hooks of config.md#posix-platform-hooks, in the order of the lifecycle.
enum class HookKind { prestart, create_runtime, create_container, start_container, poststart, poststop };
/// As config.json names it: "createRuntime", …
[[nodiscard]] std::string_view to_text(HookKind kind);

/// One entry of `mounts` (config.md#mounts). Empty `type`, `source` and `options` are left out.
struct Mount {
  std::string destination;
  std::string type;
  std::string source;
  std::vector<std::string> options;
};

/// A config.json in the making: a JSON value with typed setters that chain. Nothing is checked, so that a case can say
/// anything; `json()` is what will be written. A value type.
class Config {
 public:
  /// Stands for the case's own cgroup path; Bundle::write puts that in its place.
  static constexpr std::string_view kOwnCgroup = "@own-cgroup@";

  /// The smallest configuration that runs `args`: root user, no terminal, a few capabilities, /proc, and new pid,
  /// mount, ipc and uts namespaces. ociVersion "1.0.2", which every runtime accepts.
  [[nodiscard]] static Config minimal(std::vector<std::string> args);
  /// Wraps a value as it is.
  [[nodiscard]] static Config of(Json value);

  Config& oci_version(std::string version);
  Config& args(const std::vector<std::string>& args);
  /// Replaces the environment: "NAME=value" each.
  Config& env(const std::vector<std::string>& env);
  Config& cwd(std::string path);
  Config& user(std::int64_t uid, std::int64_t gid, const std::vector<std::int64_t>& additional_gids = {});
  /// All five sets: bounding, effective, permitted the same; inheritable and ambient empty.
  Config& capabilities(const std::vector<std::string>& names);
  Config& terminal(bool wanted = true);
  Config& hostname(std::string name);
  Config& readonly_root(bool readonly = true);
  Config& annotation(std::string key, std::string value);
  /// Appends to `mounts`.
  Config& mount(const Mount& entry);
  /// Appends to the hooks of this kind; the entry is {path, args, env, timeout} as the spec has it.
  Config& hook(HookKind kind, Json entry);

  /// Asks for a namespace of its own; no effect where it is asked for already.
  Config& with_new(Namespace type);
  /// The runtime's (host's) namespace: the entry is removed.
  Config& without(Namespace type);
  /// Joins the namespace at `path`.
  Config& joining(Namespace type, std::string path);
  /// linux.cgroupsPath; `drop("/linux/cgroupsPath")` leaves it out.
  Config& cgroups_path(std::string path);
  /// `pointer` below linux.resources: resource("/pids/limit", 10).
  Config& resource(std::string_view pointer, Json value);

  /// Sets the value at a JSON pointer, making the objects on its way; "/a/-" appends. Throws std::invalid_argument for
  /// a bad pointer.
  Config& set(std::string_view pointer, Json value);
  /// Removes the value at a JSON pointer; no effect where there is none.
  Config& drop(std::string_view pointer);

  [[nodiscard]] const Json& json() const { return value_; }
  /// What makes this different from `minimal({"/probe", "true"})`, as a JSON patch (RFC 6902): for reports.
  [[nodiscard]] Json diff_from_minimal() const;

 private:
  explicit Config(Json value) : value_(std::move(value)) {}
  Json value_;
};

}  // namespace runproof

#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// Options before the verb.
struct GlobalOptions {
  std::filesystem::path root;  ///< where the runtime keeps its state
  std::filesystem::path log;   ///< empty: not given
  std::string log_format = "json";
  bool debug = false;
  bool systemd_cgroup = false;
  std::vector<std::string> extra;
};

/// Of `create` and `run`. What is empty is not given.
struct CreateOptions {
  std::optional<std::string> pid_file;  ///< given as it stands; unset: one in the scratch directory; "": none
  std::filesystem::path console_socket;
  int preserve_fds = 0;
  bool no_pivot = false;
  bool no_new_keyring = false;
  bool detach = false;                ///< `run` only
  bool keep = false;                  ///< `run` only
  bool no_subreaper = false;          ///< `run` only
  std::optional<std::string> bundle;  ///< given as it stands; unset: the bundle's absolute path; "": none
  std::vector<std::string> extra;     ///< before the id
  std::filesystem::path cwd;          ///< where the runtime is called; empty: our working directory
};

struct KillOptions {
  bool all = false;
};
struct DeleteOptions {
  bool force = false;
  bool regex = false;
};

struct ExecOptions {
  std::string pid_file;
  std::filesystem::path process;  ///< a process.json; then `args` must be empty
  std::filesystem::path console_socket;
  std::string cwd;
  std::string user;
  std::vector<std::string> env;  ///< "NAME=value"
  bool detach = false;
  bool ignore_paused = false;
  int preserve_fds = 0;
  std::vector<std::string> extra;
};

using Argv = std::vector<std::string>;

/// The command line of one kind of runtime: only computes words, runs nothing. The base class speaks runc's dialect,
/// which the others follow; an adapter of one's own overrides what differs, in one file, and adds itself to adapters().
class Adapter {
 public:
  virtual ~Adapter() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Whether this is the one for a runtime whose `--version` said `version_text`.
  [[nodiscard]] virtual bool recognises(std::string_view version_text) const = 0;
  /// "1.1.5" out of "runc version 1.1.5+ds1\n…": the first word of the version's line that begins with a digit; ""
  /// where there is none.
  [[nodiscard]] virtual std::string version(std::string_view version_text) const;
  /// Why a feature (profile.h) is absent from this version, or nullopt where nothing is known against it.
  [[nodiscard]] virtual std::optional<std::string> lacks(std::string_view feature, std::string_view version) const;

  [[nodiscard]] virtual Argv globals(const GlobalOptions& options) const;
  [[nodiscard]] virtual Argv create(std::string_view id, const CreateOptions& options) const;
  [[nodiscard]] virtual Argv run(std::string_view id, const CreateOptions& options) const;
  [[nodiscard]] virtual Argv start(std::string_view id) const;
  [[nodiscard]] virtual Argv state(std::string_view id) const;
  /// `signal` as it stands: "TERM", "15"; empty: not given.
  [[nodiscard]] virtual Argv kill(std::string_view id, std::string_view signal, KillOptions options) const;
  [[nodiscard]] virtual Argv remove(std::string_view id, DeleteOptions options) const;
  [[nodiscard]] virtual Argv pause(std::string_view id) const;
  [[nodiscard]] virtual Argv resume(std::string_view id) const;
  [[nodiscard]] virtual Argv exec(std::string_view id, const Argv& args, const ExecOptions& options) const;
  /// `resources`: a file with a LinuxResources object, "-" for standard input.
  [[nodiscard]] virtual Argv update(std::string_view id, std::string_view resources) const;
  [[nodiscard]] virtual Argv ps(std::string_view id) const;
  [[nodiscard]] virtual Argv list() const;
  [[nodiscard]] virtual Argv events(std::string_view id) const;
  [[nodiscard]] virtual Argv features() const;
};

/// All adapters; the last one is "generic", which recognises anything.
[[nodiscard]] std::span<const Adapter* const> adapters();
/// By name; nullptr for a name that there is not.
[[nodiscard]] const Adapter* find_adapter(std::string_view name);
/// By what `--version` printed.
[[nodiscard]] const Adapter& adapter_for(std::string_view version_text);

}  // namespace runproof

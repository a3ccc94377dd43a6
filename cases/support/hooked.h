#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/case.h"

namespace runproof {

/// A configuration whose hooks and whose program are the probe, which appends what it sees to one log: so the order of
/// all of them is known, and what each was given. The bundle must outlive it.
class Hooked {
 public:
  explicit Hooked(const Bundle& bundle);

  /// `options` and `verbs` as the probe's `hook` has them: {"--exit", "3"}, {"mounts", ",", "stat", "/"}.
  Hooked& hook(HookKind kind, const std::string& name, const std::vector<std::string>& options = {},
               const std::vector<std::string>& verbs = {});
  /// The entry that `hook` adds: for one that is to be spoilt.
  [[nodiscard]] Json entry(HookKind kind, const std::string& name, const std::vector<std::string>& options = {},
                           const std::vector<std::string>& verbs = {}) const;
  /// After logging as "program" it does not end by itself.
  Hooked& program_stays();

  /// To be changed at will, and written to the bundle by the case.
  Config config;

  /// The log's path, for who is not in the container.
  [[nodiscard]] std::string log() const;
  /// What ran so far, by name, in order; the program is "program".
  [[nodiscard]] std::vector<std::string> names() const;
  /// Those but the program.
  [[nodiscard]] std::vector<std::string> hook_names() const;
  [[nodiscard]] std::vector<HookRun> runs() const;
  /// The first of that name. Throws CaseFailed where it did not run.
  [[nodiscard]] HookRun run(std::string_view name) const;

 private:
  const Bundle& bundle_;
};

/// Takes a container through its lifecycle up to and including the operation that runs hooks of this kind: create;
/// create, start; or create, start, the program's end, delete. Gives the answer of that operation, or of the first one
/// that failed. Where it is startContainer hooks, they have ended, and so has the program, whether or not start waited
/// for them.
[[nodiscard]] Answer reach(Container& box, HookKind kind);

/// Starts a container whose startContainer hook `name` waits at a gate, holds it there for a moment, so that a start
/// that does not wait for it has gone on meanwhile, and lets it go. Throws ChannelError where the hook does not come to
/// the gate.
void start_past_gate(Container& box, Channel& gate, std::string_view name);

/// The namespaces of a live process, {"pid": inode, …}: what `HookRun::record["ns"]` says, less what is only for
/// children.
[[nodiscard]] Json namespaces_json(pid_t pid);
[[nodiscard]] Json namespaces_of_hook(const HookRun& run);
/// Device and inode of a file, as the probe says them.
[[nodiscard]] Json identity_of(const std::filesystem::path& path);

/// Json: a state as runtime.md#state has it, of this container, with this status. Nothing is said of its pid.
[[nodiscard]] testing::Matcher<const Json&> IsStateOf(const Container& box, const std::string& status);

}  // namespace runproof

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/observe/death.h"
#include "harness/registry/outcome.h"
#include "harness/spawn/command.h"

namespace runproof {

/// One broken expectation.
struct Failure {
  std::string text;      ///< whole, with file and line
  std::string expected;  ///< "" where the text is all there is
  std::string actual;
};

/// Something that should not be there any more. kind: process, mount, cgroup, state, file.
struct Leftover {
  std::string kind;
  std::string what;
  bool operator==(const Leftover&) const = default;
};

/// What a report needs to say about the case that runs in this process. Everything that the harness does for a case
/// adds to it.
struct Evidence {
  std::optional<Outcome>
      outcome;          ///< set at the end of the body: passed, failed, soft, info, unsupported, skipped or broken
  std::string message;  ///< one line: the first failure, or the reason for a skip
  std::vector<Failure> failures;
  std::vector<Finished> commands;  ///< of the runtime, in order
  base::Json config_diff = base::Json::array();
  std::vector<Leftover> leftovers;  ///< what a Container's own clean-up had to remove
  std::vector<Diagnosis> diagnosis;
  std::vector<std::string> bundles;           ///< directories, for `--keep`
  std::chrono::microseconds runtime_time{0};  ///< inside the runtime's own processes, those of the clean-up too
  std::chrono::microseconds body_time{0};     ///< the case itself, without the process around it

  void add(const Finished& finished);
  void add(Leftover leftover);
};
/// The members of a `result` event (docs/event-log.md) that evidence can fill: outcome, message, failures, commands,
/// config_diff, leftovers, diagnosis, leak, runtime_ms. Empty lists are left out.
void to_json(base::Json& json, const Evidence& evidence);
void to_json(base::Json& json, const Failure& failure);
void to_json(base::Json& json, const Leftover& leftover);

/// That of the case that runs in this process.
[[nodiscard]] Evidence& evidence();
/// Starts anew, for the next case in this process.
void reset_evidence();

}  // namespace runproof

#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "harness/host/need.h"
#include "harness/registry/level.h"

namespace runproof {

/// Where the spec and common practice contradict each other (delete of a created container), `--profile` picks a side.
enum class Profile { spec, compat };
[[nodiscard]] std::string_view to_text(Profile profile);

/// In which profiles a case is there at all.
enum class In { both, spec_only, compat_only };

/// What is known of a case without running it. Texts are literals. Every member has a default.
struct CaseInfo {
  std::string_view clause = "";  ///< "runtime.md#kill"
  Level level = Level::must;     ///< decides what a failure is called: outcome_of_failure
  std::string_view claim = "";   ///< a sentence that is true of a conforming runtime
  std::vector<Need> needs = {};  ///< of the host; the first one unmet makes it skipped
  std::vector<std::string_view> features =
      {};  ///< of the runtime (runtime/profile.h); one that is absent makes it unsupported
  std::vector<std::string_view> tags = {};    ///< for --tag; "death": waits for one, so CI runs it with both strategies
  std::vector<std::string_view> faults = {};  ///< refrun faults (REFRUN_SABOTAGE) each of which must turn this case red
  std::string_view unsabotaged = "";          ///< why none can, where none can
  std::chrono::milliseconds limit = std::chrono::seconds{20};  ///< before scaling by --timeout
  std::string_view lock = "";                                  ///< cases that name the same lock never overlap
  In profile = In::both;
  std::string_view since = "";  ///< first ociVersion in which the clause stands; "" for all
};

}  // namespace runproof

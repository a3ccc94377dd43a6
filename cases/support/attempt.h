#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "harness/runtime/answer.h"
#include "harness/runtime/container.h"

namespace runproof {

/// What came of a container whose image or configuration is out to do harm.
struct Attempt {
  Answer answer;    ///< of the operation that refused it, or else of start
  base::Json said;  ///< the probe's record; null where it did not run
};
std::ostream& operator<<(std::ostream& stream, const Attempt& attempt);

/// Creates it, and where that succeeds, starts it and waits for its end. `verb`: the probe's, args[1].
[[nodiscard]] Attempt attempt(Container box, const std::string& verb);
/// It was cleanly refused, or its program ran, and what it said is harmless.
[[nodiscard]] testing::Matcher<const Attempt&> RefusedOr(const testing::Matcher<const base::Json&>& harmless);

/// Those of the numbers `first` to `last` for which `holds`.
[[nodiscard]] std::vector<int> numbers_for_which(int first, int last, const std::function<bool(int)>& holds);

/// Has `link` in an image lead to `target`, whatever was there. Its parents are made.
void plant_link(const std::filesystem::path& link, const std::filesystem::path& target);

}  // namespace runproof

#pragma once

#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "base/json.h"
#include "harness/observe/death.h"
#include "harness/runtime/answer.h"
#include "harness/runtime/container.h"

namespace runproof {

/// Answer: exit 0, in time.
[[nodiscard]] testing::Matcher<const Answer&> Succeeds();
/// Answer: it failed as a command should: non-zero exit, not by a signal, in time, a message on stderr or in the log,
/// and nothing left behind that was not there before (state directory, process, mount, cgroup). Nothing is said about
/// the wording.
[[nodiscard]] testing::Matcher<const Answer&> FailsCleanly();
/// Answer: this exit code, in time.
[[nodiscard]] testing::Matcher<const Answer&> ExitsWith(int code);

/// Json: has a member of this name (or at this JSON pointer, where it begins with '/') that matches. `value`: a Json
/// value or a matcher of Json.
[[nodiscard]] testing::Matcher<const base::Json&> Field(std::string name, testing::Matcher<const base::Json&> value);
template <typename Value>
[[nodiscard]] testing::Matcher<const base::Json&> Field(std::string name, const Value& value) {
  if constexpr (std::is_convertible_v<const Value&, testing::Matcher<const base::Json&>> &&
                !std::is_convertible_v<const Value&, base::Json>) {
    return Field(std::move(name), testing::Matcher<const base::Json&>(value));
  } else {
    return Field(std::move(name), testing::Matcher<const base::Json&>(testing::Eq(base::Json(value))));
  }
}
/// Json: has no such member.
[[nodiscard]] testing::Matcher<const base::Json&> NoField(std::string name);

/// Mortal: lives. On a mismatch, what became of it.
[[nodiscard]] testing::Matcher<const Mortal&> IsAlive();
/// Mortal: dead by now (a zombie is).
[[nodiscard]] testing::Matcher<const Mortal&> IsDead();

/// Container: the runtime knows nothing of it (`state` fails cleanly), and no state directory, cgroup, mount or process
/// of it is left.
[[nodiscard]] testing::Matcher<const Container&> IsGone();

/// How GoogleTest prints a Mortal.
void PrintTo(const Mortal& mortal, std::ostream* stream);

}  // namespace runproof

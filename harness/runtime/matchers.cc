#include "harness/runtime/matchers.h"

#include <functional>
#include <utility>

namespace runproof {
namespace {

using testing::Matcher;
using testing::MatchResultListener;

/// A matcher made of a sentence and a function that says, on a mismatch, what it saw.
template <typename Value>
class Says final : public testing::MatcherInterface<Value> {
 public:
  using Check = std::function<bool(Value, MatchResultListener&)>;
  Says(std::string sentence, Check check) : sentence_(std::move(sentence)), check_(std::move(check)) {}

  bool MatchAndExplain(Value value, MatchResultListener* listener) const override { return check_(value, *listener); }
  void DescribeTo(std::ostream* stream) const override { *stream << sentence_; }

 private:
  std::string sentence_;
  Check check_;
};

template <typename Value>
Matcher<Value> says(std::string sentence, typename Says<Value>::Check check) {
  return testing::MakeMatcher(new Says<Value>(std::move(sentence), std::move(check)));
}

/// The member called `name`, or at that JSON pointer. nullptr where there is none.
const base::Json* member(const base::Json& json, const std::string& name) {
  if (name.starts_with('/')) {
    const base::Json::json_pointer pointer{name};
    return json.contains(pointer) ? &json.at(pointer) : nullptr;
  }
  return json.is_object() && json.contains(name) ? &json.at(name) : nullptr;
}

void list_left_behind(const std::vector<Leftover>& things, MatchResultListener& listener) {
  for (const Leftover& thing : things) listener << "\n    " << thing.kind << ' ' << thing.what;
}

}  // namespace

Matcher<const Answer&> Succeeds() {
  return says<const Answer&>("succeeds (exit 0)",
                             [](const Answer& answer, MatchResultListener&) { return answer.ok(); });
}

Matcher<const Answer&> ExitsWith(int code) {
  return says<const Answer&>("exits with " + std::to_string(code), [code](const Answer& answer, MatchResultListener&) {
    return answer.exit == code && !answer.timed_out;
  });
}

Matcher<const Answer&> FailsCleanly() {
  return says<const Answer&>("fails with an error of its own: a non-zero exit, a message, nothing left behind",
                             [](const Answer& answer, MatchResultListener& listener) {
                               if (answer.ok()) {
                                 listener << "which succeeded";
                               } else if (answer.timed_out) {
                                 listener << "which did not come back";
                               } else if (!answer.exit) {
                                 listener << "which was ended by a signal";
                               } else if (!answer.refused()) {
                                 listener << "which failed without a message on stderr or in its log";
                               } else if (!answer.left_behind.empty()) {
                                 listener << "which left behind:";
                                 list_left_behind(answer.left_behind, listener);
                               }
                               return answer.refused() && answer.left_behind.empty();
                             });
}

Matcher<const base::Json&> Field(std::string name, Matcher<const base::Json&> value) {
  std::ostringstream sentence;
  sentence << "has " << name << " that ";
  value.DescribeTo(&sentence);
  const auto matches = [name = std::move(name), value = std::move(value)](const base::Json& json,
                                                                          MatchResultListener& listener) {
    const base::Json* found = member(json, name);
    if (found == nullptr) {
      listener << "which has no " << name;
      return false;
    }
    listener << "whose " << name << " is " << found->dump();
    return value.MatchAndExplain(*found, &listener);
  };
  return says<const base::Json&>(sentence.str(), matches);
}

Matcher<const base::Json&> NoField(std::string name) {
  const std::string sentence = "has no " + name;
  const auto matches = [name = std::move(name)](const base::Json& json, MatchResultListener& listener) {
    const base::Json* found = member(json, name);
    if (found != nullptr) listener << "whose " << name << " is " << found->dump();
    return found == nullptr;
  };
  return says<const base::Json&>(sentence, matches);
}

Matcher<const Mortal&> IsAlive() {
  return says<const Mortal&>("is alive", [](const Mortal& mortal, MatchResultListener& listener) {
    listener << "which is " << to_text(mortal.look().fate);
    return mortal.alive();
  });
}

Matcher<const Mortal&> IsDead() {
  return says<const Mortal&>("is dead", [](const Mortal& mortal, MatchResultListener& listener) {
    if (mortal.alive()) listener << "which lives: " << mortal.diagnose().text();
    return !mortal.alive();
  });
}

Matcher<const Container&> IsGone() {
  return says<const Container&>("is gone: state fails, and nothing bears its name",
                                [](const Container& box, MatchResultListener& listener) {
                                  const Answer state = box.state();
                                  if (!state.refused()) {
                                    listener << "of which state still says: " << state;
                                    return false;
                                  }
                                  const auto traces = box.traces();
                                  if (!traces.empty()) listener << "of which is left:";
                                  list_left_behind(traces, listener);
                                  return traces.empty();
                                });
}

void PrintTo(const Mortal& mortal, std::ostream* stream) { *stream << "process " << mortal.pid(); }

}  // namespace runproof

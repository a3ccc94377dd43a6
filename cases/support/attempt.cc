#include "cases/support/attempt.h"

#include "harness/bundle/replies.h"
#include "harness/runtime/matchers.h"

namespace runproof {
namespace fs = std::filesystem;

std::ostream& operator<<(std::ostream& stream, const Attempt& attempt) {
  return stream << attempt.answer << "\n  its program said: " << attempt.said.dump();
}

Attempt attempt(Container box, const std::string& verb) {
  Attempt made;
  made.answer = box.create();
  if (made.answer.ok()) made.answer = box.start();
  if (!made.answer.ok()) return made;
  box.await_init_death();
  const Replies replies = Replies::parse(box.out());
  if (replies.complete()) made.said = replies.of(verb);
  return made;
}

testing::Matcher<const Attempt&> RefusedOr(const testing::Matcher<const base::Json&>& harmless) {
  return testing::AnyOf(testing::Field("answer", &Attempt::answer, FailsCleanly()),
                        testing::Field("said", &Attempt::said, testing::AllOf(testing::Ne(base::Json()), harmless)));
}

std::vector<int> numbers_for_which(int first, int last, const std::function<bool(int)>& holds) {
  std::vector<int> found;
  for (int number = first; number <= last; ++number) {
    if (holds(number)) found.push_back(number);
  }
  return found;
}

void plant_link(const fs::path& link, const fs::path& target) {
  fs::create_directories(link.parent_path());
  fs::remove_all(link);
  fs::create_symlink(target, link);
}

}  // namespace runproof

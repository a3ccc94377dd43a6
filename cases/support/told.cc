#include "cases/support/told.h"

#include <sstream>

namespace runproof {

Answer attempt(Container& box) {
  Answer answer = box.create();
  return answer.ok() ? box.start() : answer;
}

Json told(Container& box, std::string_view verb) {
  const Answer answer = attempt(box);
  if (!answer.ok()) {
    std::ostringstream text;
    text << "a step that this case needs failed\n  " << answer;
    throw CaseFailed(text.str());
  }
  box.await_init_death();
  const Replies said = Replies::parse(box.out());
  Json record = said.complete() ? said.of(verb) : Json();
  if (!record.is_null()) return record;
  throw CaseFailed("the program of container " + box.id() + " did not answer " + std::string{verb} + ": " +
                   said.problem() + "\n  its stdout: " + box.out() + "\n  its stderr: " + box.err());
}

}  // namespace runproof

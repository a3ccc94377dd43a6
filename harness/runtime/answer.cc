#include "harness/runtime/answer.h"

#include "base/text.h"

namespace runproof {

bool Answer::refused() const {
  const bool said_something = !base::trim(err).empty() || !base::trim(log).empty();
  return exit && *exit != 0 && !timed_out && !flooded && said_something;
}

std::ostream& operator<<(std::ostream& stream, const Answer& answer) {
  stream << static_cast<const Finished&>(answer);
  if (!base::trim(answer.log).empty()) stream << "\n  log: " << base::trim(answer.log);
  for (const Leftover& thing : answer.left_behind) stream << "\n  left behind: " << thing.kind << ' ' << thing.what;
  return stream;
}

}  // namespace runproof

#include "cases/support/parallel.h"

#include <algorithm>

#include "harness/runtime/context.h"
#include "harness/runtime/evidence.h"

namespace runproof {

std::vector<Finished> run_together(Container& box, const Argv& words, int copies) {
  std::vector<Running> running;
  for (int i = 0; i < copies; ++i) running.push_back(box.beside(words));
  std::vector<Finished> finished;
  for (Running& one : running) {
    finished.push_back(one.finish(context().within(kStep)));
    evidence().add(finished.back());
    evidence().runtime_time += finished.back().took;
  }
  return finished;
}

int successes_of(const std::vector<Finished>& commands) {
  return static_cast<int>(std::ranges::count_if(commands, &Finished::ok));
}

}  // namespace runproof

#include "cases/support/callers.h"

#include <sys/prctl.h>

#include "harness/observe/process.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/runtime/invoke.h"
#include "harness/spawn/reaper.h"

namespace runproof {

NoSubreaper::NoSubreaper() { prctl(PR_SET_CHILD_SUBREAPER, 0); }
NoSubreaper::~NoSubreaper() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

Answer create_by(Container& box, const CreateOptions& options, const std::function<void(Command&)>& change) {
  Command command = command_for(box.globals(), box.create_words(options));
  change(command);
  Answer answer;
  static_cast<Finished&>(answer) = run(command);
  evidence().add(answer);
  if (answer.ok()) box.adopt();
  return answer;
}

std::function<void(Command&)> through(std::vector<std::string> words) {
  return [words = std::move(words)](Command& command) {
    command.argv.insert(command.argv.begin(), words.begin(), words.end());
  };
}

ExitStatus exit_status(const Container& box) {
  const auto status = Reaper::instance().await_exit(box.pid(), context().within(kStep));
  if (!status) throw CaseFailed("the end of init " + std::to_string(box.pid()) + " was not told to us");
  return *status;
}

pid_t parent_of_init(const Container& box) {
  const auto stat = proc_stat(box.pid());
  if (!stat) throw CaseFailed("init " + std::to_string(box.pid()) + " has gone");
  return stat->ppid;
}

}  // namespace runproof

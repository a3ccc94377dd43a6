#pragma once

#include <functional>

#include "harness/runtime/container.h"
#include "harness/spawn/command.h"

namespace runproof {

/// While it lives, orphans of this process's children go past it (prctl(2), PR_SET_CHILD_SUBREAPER off): only a child
/// of its own tells it how it ended.
class NoSubreaper {
 public:
  NoSubreaper();
  NoSubreaper(const NoSubreaper&) = delete;
  NoSubreaper& operator=(const NoSubreaper&) = delete;
  ~NoSubreaper();
};

/// `create` by a caller that differs from us in what `change` makes of the command. The guard is told of it.
[[nodiscard]] Answer create_by(Container& box, const CreateOptions& options,
                               const std::function<void(Command&)>& change);
/// Has `words` called before the runtime: a program that executes what follows.
[[nodiscard]] std::function<void(Command&)> through(std::vector<std::string> words);

/// How init ended, as it told us, its parent. Throws CaseFailed where it did not by the deadline.
[[nodiscard]] ExitStatus exit_status(const Container& box);
/// The parent of init, as the kernel says.
[[nodiscard]] pid_t parent_of_init(const Container& box);

}  // namespace runproof

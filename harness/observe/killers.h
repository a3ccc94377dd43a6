#pragma once

#include <chrono>
#include <filesystem>
#include <span>
#include <string>

#include "base/deadline.h"
#include "harness/observe/death.h"

namespace runproof {

/// Looks for those who could still kill processes that should be dead, so that nobody waits for a death that cannot
/// come. For a subreaper: all that the runtime has started is below it, and who is not cannot be seen. Not for what
/// others carry out, such as systemd.
class Killers {
 public:
  /// `victims_program`: what the awaited processes run (by its file name). They kill nobody; nor does this program.
  /// `settling`: for so long nobody must be seen, so that a look that comes in between two steps decides nothing.
  explicit Killers(const std::filesystem::path& victims_program,
                   std::chrono::milliseconds settling = std::chrono::milliseconds{150});

  /// True once several looks in a row, over the whole of `settling`, found that no process below us runs another
  /// program, and that none of those awaited has SIGKILL pending, is on its way out, or is a process that we did not
  /// start. Ask again and again: each call is a look.
  [[nodiscard]] bool none_left(std::span<const Mortal> awaited);

 private:
  [[nodiscard]] bool seen(std::span<const Mortal> awaited) const;

  std::string victims_program_;
  std::chrono::milliseconds settling_;
  int looks_ = 0;  ///< in a row that saw nobody
  base::Deadline settled_ = base::Deadline::never();
};

}  // namespace runproof

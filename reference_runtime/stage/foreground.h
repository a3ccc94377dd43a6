#pragma once

#include "base/unique_fd.h"
#include "reference_runtime/state/record.h"

namespace refrun {

/// Blocks the signals that `run` passes on to its container, from before the container exists: none is lost.
class ForwardedSignals {
 public:
  ForwardedSignals();
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  base::UniqueFd fd_;
};

/// Waits for init, which is our child, and passes signals on to it; moves bytes between `console` (a terminal's master,
/// or none) and our standard streams. The exit code as a shell tells it: 128 + N for signal N.
[[nodiscard]] int wait_in_foreground(const base::UniqueFd& init, const ForwardedSignals& signals,
                                     base::UniqueFd console);

}  // namespace refrun

#pragma once

#include <signal.h>

namespace runproof {

/// While this lives, SIGINT, SIGTERM and SIGHUP wait: nobody is ended by them, and whoever reads them from a signalfd
/// gets those that came before. What nobody took comes at the end of this.
class HeldSignals {
 public:
  /// Throws SysError.
  HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals();

  [[nodiscard]] static sigset_t set();

 private:
  sigset_t before_{};
};

}  // namespace runproof

#pragma once

#include <linux/filter.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/seccomp_config.h"

namespace refrun {

class SeccompError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A filter compiled to BPF before clone, so that init only calls seccomp(2).
struct SeccompFilter {
  std::vector<sock_filter> program;
  unsigned flags = 0;                 // SECCOMP_FILTER_FLAG_* for seccomp(2), NEW_LISTENER included where `notifies`
  bool notifies = false;              // some rule says SCMP_ACT_NOTIFY: seccomp(2) returns a listener
  std::vector<std::string> warnings;  // names that libseccomp does not know: no such rule is needed, nor possible
};

/// Compiles with libseccomp. Throws SeccompError for what it cannot express.
[[nodiscard]] SeccompFilter compile_seccomp(const Seccomp& config);

/// seccomp(2) SECCOMP_SET_MODE_FILTER. The listener's descriptor (CLOEXEC, as the kernel makes it) or 0; minus errno on
/// failure. Async-signal-safe: made for use between clone and exec.
int install_seccomp(const sock_filter* program, unsigned short length, unsigned flags) noexcept;

/// The names for `refrun features`: what the parser knows, and of the flags what this kernel takes.
[[nodiscard]] std::vector<std::string> seccomp_actions();
[[nodiscard]] std::vector<std::string> seccomp_operators();
[[nodiscard]] std::vector<std::string> seccomp_architectures();
[[nodiscard]] std::vector<std::string> seccomp_known_flags();
[[nodiscard]] std::vector<std::string> seccomp_supported_flags();

}  // namespace refrun

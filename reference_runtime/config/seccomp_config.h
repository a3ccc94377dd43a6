#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refrun {

// config-linux.md#seccomp, with the spec's words as the numbers of <seccomp.h> and <linux/seccomp.h>.

struct SeccompArg {
  unsigned index = 0;
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;
  int op = 0;  // SCMP_CMP_*
};

struct SeccompRule {
  std::vector<std::string> names;
  std::uint32_t action = 0;  // SCMP_ACT_*, the errno or message number left 0
  std::optional<std::uint32_t> errno_ret;
  std::vector<SeccompArg> args;
};

struct Seccomp {
  std::uint32_t default_action = 0;
  std::optional<std::uint32_t> default_errno_ret;
  std::vector<std::uint32_t> architectures;  // SCMP_ARCH_*
  unsigned flags = 0;                        // SECCOMP_FILTER_FLAG_*
  std::string listener_path;
  std::string listener_metadata;
  std::vector<SeccompRule> syscalls;
};

}  // namespace refrun

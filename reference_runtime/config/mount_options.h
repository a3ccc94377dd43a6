#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refrun {

enum class Idmap { none, single, recursive };

/// A mount's option strings, taken apart (config.md#linux-mount-options). Where two contradict, the later wins.
struct MountOptions {
  unsigned long flags = 0;  // MS_* to set; MS_BIND, MS_REC (of rbind) and MS_REMOUNT included, propagation not
  unsigned long cleared =
      0;  // MS_* that an option turned off explicitly ("rw", "suid" ...): matters for remounts of binds
  std::vector<unsigned long> propagation;  // in order, each one mount(2) call: MS_PRIVATE, MS_SLAVE | MS_REC ...
  std::uint64_t recursive_set = 0;         // MOUNT_ATTR_* for mount_setattr(2) with AT_RECURSIVE
  std::uint64_t recursive_clear = 0;
  Idmap idmap = Idmap::none;
  bool copy_up = false;  // tmpcopyup
  std::string data;      // what is left, comma-separated: mount(2)'s fifth argument

  [[nodiscard]] bool is_bind() const;
  [[nodiscard]] bool is_recursive() const;  // rbind
};

[[nodiscard]] MountOptions parse_mount_options(const std::vector<std::string>& options);

/// Every option name that parse_mount_options knows, sorted: for `refrun features`.
[[nodiscard]] std::vector<std::string> known_mount_options();

}  // namespace refrun

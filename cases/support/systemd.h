#pragma once

#include <string>
#include <string_view>

#include "base/deadline.h"

namespace runproof {

/// A systemd scope for a container, with a name that a sweep finds.
class Scope {
 public:
  /// `id`: "rp-1-2" gives rp-1-2.scope. `slice` empty: the runtime is to choose.
  explicit Scope(std::string id, std::string slice = "system.slice");

  /// What linux.cgroupsPath says of it: "system.slice:rp:1-2".
  [[nodiscard]] std::string cgroups_path() const;
  [[nodiscard]] const std::string& unit() const { return unit_; }
  /// What systemd says of it, as `systemctl show --property NAME --value` prints it. Throws Broken.
  [[nodiscard]] std::string property(std::string_view name, base::Deadline deadline) const;
  /// Has systemd end it, and does not wait for that. Throws Broken.
  void stop(base::Deadline deadline) const;

 private:
  std::string id_;
  std::string slice_;
  std::string unit_;
};

/// Has systemd read all its units again. Throws Broken.
void reload_systemd(base::Deadline deadline);

}  // namespace runproof

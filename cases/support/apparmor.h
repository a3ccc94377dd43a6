#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/deadline.h"
#include "harness/bundle/config.h"

namespace runproof {

/// What an ApparmorProfile forbids: to read this file, which every container with /proc has.
inline constexpr std::string_view kForbidden = "/proc/version";
/// Where a process reads by which profile it is confined (apparmor(7)).
inline constexpr std::string_view kOwnConfinement = "/proc/self/attr/apparmor/current";

/// An AppArmor profile in the kernel, as long as this lives: it allows all but reading kForbidden. Not movable.
class ApparmorProfile {
 public:
  /// `name`: nobody else's; it stands for the case in the kernel's list. Throws Broken where apparmor_parser(8) does
  /// not load it by the deadline.
  ApparmorProfile(std::string name, base::Deadline deadline);
  ApparmorProfile(const ApparmorProfile&) = delete;
  ApparmorProfile& operator=(const ApparmorProfile&) = delete;
  ~ApparmorProfile();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// What the kernel says of whom it confines: "NAME (enforce)".
  [[nodiscard]] std::string enforced() const { return name_ + " (enforce)"; }

 private:
  std::string name_;
};

/// A configuration whose program is to be confined by it.
[[nodiscard]] Config confined_by(const ApparmorProfile& profile, Config config = Config::minimal({}));

/// By which profile the host sees a process confined: "NAME (enforce)", "unconfined". Throws SysError.
[[nodiscard]] std::string confinement_of(pid_t pid);

}  // namespace runproof

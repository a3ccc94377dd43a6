#pragma once

#include "harness/host/need.h"

/// What a case about a security module needs beyond the module itself.
namespace runproof::need {

inline constexpr Need apparmor_parser{"apparmor_parser", [](const Facts& f) { return f.has_tool("apparmor_parser"); },
                                      "apparmor_parser is not in PATH: apt-get install apparmor"};
inline constexpr Need selinux_policy{
    "selinux_policy", [](const Facts& f) { return f.guest && f.has_lsm("selinux"); },
    "the types that it names are in no other policy: use the virtual machine lane, --lane v2-selinux"};

inline constexpr Need no_apparmor{"no_apparmor", [](const Facts& f) { return !f.has_lsm("apparmor"); },
                                  "AppArmor is active: try on a host without it"};
inline constexpr Need no_selinux{"no_selinux", [](const Facts& f) { return !f.has_lsm("selinux"); },
                                 "SELinux is active: try on a host without it"};

}  // namespace runproof::need

#pragma once

#include "harness/host/need.h"

/// What a case about a security module needs beyond the module itself.
namespace runproof::need {

inline constexpr Need apparmor_parser{"apparmor_parser", [](const Facts& f) { return f.has_tool("apparmor_parser"); },
                                      "apparmor_parser is not in PATH: apt-get install apparmor"};

}  // namespace runproof::need

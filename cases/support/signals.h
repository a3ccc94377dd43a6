#pragma once

#include <string>
#include <string_view>

#include "harness/bundle/channel.h"

namespace runproof {

/// "term" as "TERM", for case ids are lower case.
[[nodiscard]] std::string upper(std::string_view word);
/// 15 for "TERM". Throws std::invalid_argument for a name that there is not.
[[nodiscard]] int signal_number(std::string_view name);
/// Whether a signal that `peer` traps has reached it by now. It is asked something first, and answers signals before
/// questions, so this needs no waiting: what the runtime sent before its command came back is known.
[[nodiscard]] bool has_caught(Peer& peer, std::string_view name);

}  // namespace runproof

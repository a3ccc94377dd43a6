#pragma once

#include <optional>
#include <ostream>
#include <string_view>

namespace runproof {

/// The `status` of a container (runtime.md#state); paused is what runc and crun add.
enum class Status { creating, created, running, stopped, paused };
[[nodiscard]] std::string_view to_text(Status status);
[[nodiscard]] std::optional<Status> status_from(std::string_view word);
std::ostream& operator<<(std::ostream& stream, Status status);

}  // namespace runproof

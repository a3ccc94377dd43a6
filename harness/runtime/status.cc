#include "harness/runtime/status.h"

#include <array>

namespace runproof {
namespace {
constexpr std::array<std::string_view, 5> kWords = {"creating", "created", "running", "stopped", "paused"};
}  // namespace

std::string_view to_text(Status status) { return kWords.at(static_cast<std::size_t>(status)); }

std::optional<Status> status_from(std::string_view word) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords.at(i) == word) return static_cast<Status>(i);
  }
  return std::nullopt;
}

std::ostream& operator<<(std::ostream& stream, Status status) { return stream << to_text(status); }

}  // namespace runproof

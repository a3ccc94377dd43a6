#include "reference_runtime/state/container_id.h"

#include <algorithm>

#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr std::size_t kMaxLength = 255;  // NAME_MAX: an id names a directory

bool allowed(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("_+-.@:").find(c) != std::string_view::npos;
}

}  // namespace

std::string why_invalid_id(std::string_view id) {
  if (id.size() > kMaxLength) return "it is longer than 255 bytes";
  if (fault("id_unchecked")) return {};
  if (id.empty()) return "it is empty";
  if (id.front() == '-' || id.front() == '.') {
    if (!fault("id_leading_dot_accepted")) return "it begins with \"" + std::string(1, id.front()) + "\"";
  }
  const bool spaces_pass = fault("id_bad_characters_accepted");
  const bool all_allowed =
      std::all_of(id.begin(), id.end(), [&](char c) { return allowed(c) || (spaces_pass && c != '/'); });
  if (!all_allowed) return "only letters, digits and _+-.@: may be in it";
  return {};
}

}  // namespace refrun

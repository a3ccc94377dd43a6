#pragma once

#include <string>
#include <string_view>

namespace refrun {

/// Why `id` cannot name a container; empty when it can. Letters, digits and `_ + - . @ :` are allowed, up to 255 bytes
/// (a file name), but the first is neither `-` nor `.`: an id is the name of a directory and an argument.
[[nodiscard]] std::string why_invalid_id(std::string_view id);

}  // namespace refrun

#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace refrun {

/// "0-3,7" as {0, 1, 2, 3, 7}: ascending, without repeats. nullopt when it is no such list, or names a number above
/// 65535.
[[nodiscard]] std::optional<std::vector<unsigned>> parse_number_list(std::string_view text);

}  // namespace refrun

#pragma once

#include <string>
#include <string_view>

namespace reports {

/// A YAML 1.2 scalar that every reader takes for this text: plain where that is beyond doubt, else double-quoted.
[[nodiscard]] std::string yaml_text(std::string_view text);

}  // namespace reports

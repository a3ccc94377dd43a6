#pragma once

#include <string>
#include <string_view>

#include "reports/summary.h"
#include "reports/tally.h"

namespace reports {

/// Terminal colours (ECMA-48 SGR), or none.
class Paint {
 public:
  explicit Paint(Colour colour) : on_(colour == Colour::on) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return with("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return with("2", text); }
  [[nodiscard]] std::string as(Part part, std::string_view text) const {
    switch (part) {
      case Part::fine:
        return with("32", text);
      case Part::red:
        return with("1;31", text);
      case Part::broken:
        return with("1;35", text);
      case Part::reported:
        return with("33", text);
      case Part::untested:
        return with("2", text);
    }
    return std::string(text);
  }

 private:
  [[nodiscard]] std::string with(std::string_view code, std::string_view text) const {
    if (!on_ || text.empty()) return std::string(text);
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
  }

  bool on_;
};

}  // namespace reports

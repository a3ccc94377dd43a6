#include "reports/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "reports/text.h"

namespace reports {

std::string escape(std::string_view text) {
  static constexpr std::string_view kNotXml = "\xEF\xBF";
  const std::string shown = printable(text);
  std::string out;
  out.reserve(shown.size() + shown.size() / 8);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    switch (shown[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\xBE':
      case '\xBF':
        out += i >= 2 && shown.compare(i - 2, 2, kNotXml) == 0 ? '\xBD' : shown[i];
        break;
      default:
        out += shown[i];
    }
  }
  return out;
}

Html Template::fill(const std::vector<Value>& values) const {
  std::string out;
  std::vector<bool> used(values.size(), false);
  std::size_t at = 0;
  for (std::size_t open = markup_.find("{{"); open != std::string_view::npos; open = markup_.find("{{", at)) {
    const std::size_t close = markup_.find("}}", open);
    const std::string_view name = markup_.substr(open + 2, close - open - 2);
    const auto found =
        std::find_if(values.begin(), values.end(), [&](const Value& value) { return value.name == name; });
    if (found == values.end()) throw std::logic_error(fmt::format("a template wants {}", name));
    out.append(markup_.substr(at, open - at)).append(found->html.markup());
    used[static_cast<std::size_t>(found - values.begin())] = true;
    at = close + 2;
  }
  const auto unused = std::find(used.begin(), used.end(), false);
  if (unused != used.end()) {
    throw std::logic_error(
        fmt::format("no template name for {}", values[static_cast<std::size_t>(unused - used.begin())].name));
  }
  return Html(out.append(markup_.substr(at)));
}

}  // namespace reports

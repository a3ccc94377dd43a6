#include "base/json.h"

#include <set>
#include <vector>

namespace base {
namespace {

constexpr std::size_t kMaxDepth = 256;

/// Builds the value as nlohmann's own parser would, and refuses what that one lets through.
class StrictBuilder : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using Dom = nlohmann::detail::json_sax_dom_parser<Json>;
  explicit StrictBuilder(Json& value) : Dom(value, /*allow_exceptions=*/true) {}

  bool start_object(std::size_t size) {
    enter();
    names_.emplace_back();
    return Dom::start_object(size);
  }
  bool end_object() {
    names_.pop_back();
    --depth_;
    return Dom::end_object();
  }
  bool start_array(std::size_t size) {
    enter();
    return Dom::start_array(size);
  }
  bool end_array() {
    --depth_;
    return Dom::end_array();
  }
  bool key(std::string& name) {
    if (!names_.back().insert(name).second) throw JsonError("duplicate member name \"" + name + "\"");
    return Dom::key(name);
  }

 private:
  void enter() {
    if (++depth_ > kMaxDepth) throw JsonError("nested deeper than " + std::to_string(kMaxDepth) + " levels");
  }
  std::vector<std::set<std::string>> names_;
  std::size_t depth_ = 0;
};

}  // namespace

Json parse_json(std::string_view text) {
  Json value;
  StrictBuilder builder(value);
  try {
    Json::sax_parse(text, &builder);
  } catch (const nlohmann::json::exception& e) {
    std::string_view what = e.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    if (const auto end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
    throw JsonError(std::string(what));
  }
  return value;
}

std::string json_pointer(std::string_view parent, std::string_view member) {
  std::string out(parent);
  out += '/';
  for (const char c : member) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string json_pointer(std::string_view parent, std::size_t index) {
  return std::string(parent) + '/' + std::to_string(index);
}

}  // namespace base

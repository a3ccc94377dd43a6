#include "cases/support/state_schema.h"

#include <regex>

namespace runproof {

std::vector<std::string> state_schema_problems(const base::Json& state) {
  std::vector<std::string> problems;
  for (const char* name : {"ociVersion", "id", "status", "bundle"}) {
    if (!state.contains(name)) {
      problems.push_back(std::string{name} + " is missing");
    } else if (!state[name].is_string()) {
      problems.push_back(std::string{name} + " is no string: " + state[name].dump());
    } else if (state[name].get<std::string>().empty()) {
      problems.push_back(std::string{name} + " is empty");
    }
  }
  if (state.contains("pid") && !(state["pid"].is_number_integer() && state["pid"].get<long long>() >= 0)) {
    problems.push_back("pid is no number of 0 or more: " + state["pid"].dump());
  }
  if (!state.contains("annotations")) return problems;
  if (!state["annotations"].is_object()) {
    problems.push_back("annotations is no object: " + state["annotations"].dump());
    return problems;
  }
  for (const auto& [key, value] : state["annotations"].items()) {
    if (!value.is_string()) problems.push_back("annotation " + key + " is no string: " + value.dump());
  }
  return problems;
}

bool is_semver(std::string_view text) {
  static const std::regex form{
      R"((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?)"};
  return std::regex_match(text.begin(), text.end(), form);
}

}  // namespace runproof

#include "reports/fields.h"

#include <fmt/format.h>

#include <limits>

#include "reports/log.h"

namespace reports {

Fields::Fields(const base::Json& object, std::size_t line, std::string place)
    : object_(&object), line_(line), place_(std::move(place)) {
  if (!object.is_object()) throw LogError(line, fmt::format("{} is not an object", place_.empty() ? "it" : place_));
}

const base::Json* Fields::member(const char* name) const {
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

void Fields::wrong(const char* name, std::string_view wanted) const {
  throw LogError(line_, fmt::format("{} {}", base::json_pointer(place_, name), wanted));
}

std::string Fields::text(const char* name) const {
  const base::Json* value = member(name);
  if (value == nullptr) return {};
  if (!value->is_string()) wrong(name, "is not a string");
  return value->get<std::string>();
}

std::string Fields::needed_text(const char* name) const {
  std::string value = text(name);
  if (value.empty()) wrong(name, "is missing or empty");
  return value;
}

double Fields::number(const char* name) const {
  const base::Json* value = member(name);
  if (value == nullptr) return 0;
  if (!value->is_number() || value->get<double>() < 0) wrong(name, "is not a number, zero or more");
  return value->get<double>();
}

std::optional<int> Fields::integer_if_there(const char* name) const {
  const base::Json* value = member(name);
  if (value == nullptr) return std::nullopt;
  constexpr double kMost = std::numeric_limits<int>::max();
  if (!value->is_number_integer() || value->get<double>() > kMost || value->get<double>() < -kMost) {
    wrong(name, "is not a whole number");
  }
  return value->get<int>();
}

int Fields::integer(const char* name, int otherwise) const { return integer_if_there(name).value_or(otherwise); }

std::size_t Fields::needed_count(const char* name) const {
  const std::optional<int> value = integer_if_there(name);
  if (!value) wrong(name, "is missing");
  if (*value < 0) wrong(name, "is negative");
  return static_cast<std::size_t>(*value);
}

bool Fields::flag(const char* name) const {
  const base::Json* value = member(name);
  if (value == nullptr) return false;
  if (!value->is_boolean()) wrong(name, "is neither true nor false");
  return value->get<bool>();
}

std::vector<std::string> Fields::texts(const char* name) const {
  const base::Json* value = member(name);
  if (value == nullptr) return {};
  if (!value->is_array()) wrong(name, "is not an array");
  std::vector<std::string> all;
  for (const base::Json& item : *value) {
    if (!item.is_string()) wrong(name, "holds something other than strings");
    all.push_back(item.get<std::string>());
  }
  return all;
}

Fields Fields::object(const char* name) const {
  static const base::Json kNone = base::Json::object();
  const base::Json* value = member(name);
  return Fields(value == nullptr ? kNone : *value, line_, base::json_pointer(place_, name));
}

std::vector<Fields> Fields::objects(const char* name) const {
  const base::Json* value = member(name);
  if (value == nullptr) return {};
  if (!value->is_array()) wrong(name, "is not an array");
  const std::string place = base::json_pointer(place_, name);
  std::vector<Fields> all;
  for (std::size_t i = 0; i < value->size(); ++i) {
    all.emplace_back((*value)[i], line_, base::json_pointer(place, i));
  }
  return all;
}

std::string Fields::plain(const base::Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace reports

#pragma once

#include <concepts>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "reference_runtime/config/problem.h"

namespace refrun {

enum class Presence { optional, required };

/// A place in the document that is being read. Reading a member of the wrong type, or not finding a required one, is
/// noted as a problem at its pointer, and gives nothing: so one pass finds everything. Unknown members are never looked
/// at.
class Node {
 public:
  Node(const base::Json& value, std::string pointer, Problems& problems)
      : value_(&value), pointer_(std::move(pointer)), problems_(&problems) {}

  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  void problem(std::string rule) const { problems_->push_back({pointer_, std::move(rule), false}); }
  void warning(std::string rule) const { problems_->push_back({pointer_, std::move(rule), true}); }

  // Of this value itself. Strings with a NUL in them are refused: no kernel interface could take them.
  [[nodiscard]] bool expect_object() const;
  [[nodiscard]] std::optional<std::string> as_text() const;
  [[nodiscard]] std::optional<bool> as_boolean() const;
  template <std::integral T>
  [[nodiscard]] std::optional<T> as_integer() const;
  [[nodiscard]] std::vector<std::string> as_texts() const;
  [[nodiscard]] std::map<std::string, std::string> as_text_map() const;

  // Of its members; this value must be an object.
  [[nodiscard]] std::optional<Node> member(std::string_view name, Presence presence = Presence::optional) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view name, Presence presence = Presence::optional) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view name, Presence presence = Presence::optional) const;
  template <std::integral T>
  [[nodiscard]] std::optional<T> integer(std::string_view name, Presence presence = Presence::optional) const {
    const auto found = member(name, presence);
    return found ? found->as_integer<T>() : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> texts(std::string_view name, Presence presence = Presence::optional) const;
  [[nodiscard]] std::map<std::string, std::string> text_map(std::string_view name) const;
  /// The member, when it is there and is an object.
  [[nodiscard]] std::optional<Node> object(std::string_view name) const;

  /// Each element of an array.
  void each_element(std::string_view name, const std::function<void(const Node&)>& read) const;
  /// Each element of an array of objects.
  void each_object(std::string_view name, const std::function<void(const Node&)>& read) const;
  /// Each member of an object whose values are objects.
  void each_member(std::string_view name, const std::function<void(const std::string&, const Node&)>& read) const;

  /// The word's number in `table`, or a problem.
  template <typename Table>
  [[nodiscard]] auto word(std::string_view name, const Table& table, Presence presence = Presence::optional) const
      -> std::optional<typename Table::Value> {
    const auto found = member(name, presence);
    return found ? found->as_word(table) : std::nullopt;
  }
  template <typename Table>
  [[nodiscard]] auto as_word(const Table& table) const -> std::optional<typename Table::Value> {
    const auto written = as_text();
    if (!written) return std::nullopt;
    const auto known = table.find(*written);
    if (!known) problem("\"" + *written + "\" is not one of " + table.names());
    return known;
  }

 private:
  [[nodiscard]] Node child(const base::Json& value, std::string_view name) const;

  const base::Json* value_;
  std::string pointer_;
  Problems* problems_;
};

template <std::integral T>
std::optional<T> Node::as_integer() const {
  // nlohmann keeps what fits no int64 as uint64, and what fits neither as a float.
  if (value_->is_number_unsigned()) {
    const auto number = value_->get<std::uint64_t>();
    if (number <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())) return static_cast<T>(number);
  } else if (value_->is_number_integer()) {
    const auto number = value_->get<std::int64_t>();
    if (std::in_range<T>(number)) return static_cast<T>(number);
  } else {
    problem("must be an integer");
    return std::nullopt;
  }
  problem("must be from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
          std::to_string(std::numeric_limits<T>::max()));
  return std::nullopt;
}

}  // namespace refrun

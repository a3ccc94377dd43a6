#include "reference_runtime/config/node.h"

namespace refrun {

Node Node::child(const base::Json& value, std::string_view name) const {
  return {value, base::json_pointer(pointer_, name), *problems_};
}

bool Node::expect_object() const {
  if (!value_->is_object()) problem("must be an object");
  return value_->is_object();
}

std::optional<std::string> Node::as_text() const {
  if (!value_->is_string()) {
    problem("must be a string");
    return std::nullopt;
  }
  auto text = value_->get<std::string>();
  if (text.find('\0') == std::string::npos) return text;
  problem("must not contain a NUL character");
  return std::nullopt;
}

std::optional<bool> Node::as_boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  problem("must be true or false");
  return std::nullopt;
}

std::vector<std::string> Node::as_texts() const {
  std::vector<std::string> texts;
  if (!value_->is_array()) {
    problem("must be an array of strings");
    return texts;
  }
  texts.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) {
    const base::Json& element = (*value_)[i];
    const std::string* plain = element.get_ptr<const std::string*>();
    if (plain != nullptr && plain->find('\0') == std::string::npos) {
      texts.push_back(*plain);
    } else {
      (void)Node(element, base::json_pointer(pointer_, i), *problems_).as_text();  // for its problem
    }
  }
  return texts;
}

std::map<std::string, std::string> Node::as_text_map() const {
  std::map<std::string, std::string> map;
  if (!expect_object()) return map;
  for (const auto& [key, value] : value_->items()) {
    if (auto text = child(value, key).as_text()) map.emplace(key, std::move(*text));
  }
  return map;
}

std::optional<Node> Node::member(std::string_view name, Presence presence) const {
  const auto found = value_->find(name);
  if (found != value_->end()) return child(*found, name);
  if (presence == Presence::required) problems_->push_back({base::json_pointer(pointer_, name), "is required", false});
  return std::nullopt;
}

std::optional<std::string> Node::text(std::string_view name, Presence presence) const {
  const auto found = member(name, presence);
  return found ? found->as_text() : std::nullopt;
}

std::optional<bool> Node::boolean(std::string_view name, Presence presence) const {
  const auto found = member(name, presence);
  return found ? found->as_boolean() : std::nullopt;
}

std::vector<std::string> Node::texts(std::string_view name, Presence presence) const {
  const auto found = member(name, presence);
  return found ? found->as_texts() : std::vector<std::string>();
}

std::map<std::string, std::string> Node::text_map(std::string_view name) const {
  const auto found = member(name);
  return found ? found->as_text_map() : std::map<std::string, std::string>();
}

std::optional<Node> Node::object(std::string_view name) const {
  auto found = member(name);
  if (found && !found->expect_object()) found.reset();
  return found;
}

void Node::each_element(std::string_view name, const std::function<void(const Node&)>& read) const {
  const auto list = member(name);
  if (!list) return;
  if (!list->value_->is_array()) return list->problem("must be an array");
  for (std::size_t i = 0; i < list->value_->size(); ++i)
    read(Node((*list->value_)[i], base::json_pointer(list->pointer_, i), *problems_));
}

void Node::each_object(std::string_view name, const std::function<void(const Node&)>& read) const {
  each_element(name, [&](const Node& element) {
    if (element.expect_object()) read(element);
  });
}

void Node::each_member(std::string_view name, const std::function<void(const std::string&, const Node&)>& read) const {
  const auto map = object(name);
  if (!map) return;
  for (const auto& [key, value] : map->value_->items()) {
    const Node node = map->child(value, key);
    if (node.expect_object()) read(key, node);
  }
}

}  // namespace refrun

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace reports {

/// Typed access to one object of the log. What is absent or null gives the default; what has another type, or is needed
/// and absent, throws LogError with the line and the member's JSON pointer.
class Fields {
 public:
  /// `object` must outlive this.
  Fields(const base::Json& object, std::size_t line, std::string place = {});

  [[nodiscard]] std::size_t line() const { return line_; }
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::string needed_text(const char* name) const;
  [[nodiscard]] double number(const char* name) const;
  [[nodiscard]] int integer(const char* name, int otherwise) const;
  [[nodiscard]] std::optional<int> integer_if_there(const char* name) const;
  [[nodiscard]] std::size_t needed_count(const char* name) const;
  [[nodiscard]] bool flag(const char* name) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;
  /// The member as an object: an empty one when absent.
  [[nodiscard]] Fields object(const char* name) const;
  /// The member as an array of objects: empty when absent.
  [[nodiscard]] std::vector<Fields> objects(const char* name) const;
  [[nodiscard]] bool has(const char* name) const { return member(name) != nullptr; }
  [[nodiscard]] const base::Json& json() const { return *object_; }

  /// A number that may have come as text, or text that may have come as a number: as text.
  [[nodiscard]] static std::string plain(const base::Json& value);

 private:
  [[nodiscard]] const base::Json* member(const char* name) const;
  [[noreturn]] void wrong(const char* name, std::string_view wanted) const;

  const base::Json* object_;
  std::size_t line_;
  std::string place_;
};

}  // namespace reports

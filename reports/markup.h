#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reports {

/// For element content and double-quoted attributes of HTML and XML. Controls become visible, newlines and tabs stay;
/// what XML 1.0 has no way to write (U+FFFE, U+FFFF) becomes U+FFFD.
[[nodiscard]] std::string escape(std::string_view text);

/// Markup that is known to be whole. Only text that went through `escape`, or a template of ours, becomes Html: so what
/// a log says can never be taken for markup.
class Html {
 public:
  Html() = default;
  [[nodiscard]] static Html text(std::string_view text) { return Html(escape(text)); }
  [[nodiscard]] static Html number(std::size_t number) { return Html(std::to_string(number)); }
  /// Markup written in this program.
  template <std::size_t N>
  [[nodiscard]] static Html literal(const char (&markup)[N]) {
    return Html(std::string(markup, N - 1));
  }

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  [[nodiscard]] bool empty() const { return markup_.empty(); }
  [[nodiscard]] const std::string& markup() const { return markup_; }

 private:
  friend class Template;
  explicit Html(std::string markup) : markup_(std::move(markup)) {}

  std::string markup_;
};

/// A piece of markup with {{names}} to fill, embedded from reports/web by CMake.
class Template {
 public:
  struct Value {
    std::string_view name;
    Html html;
  };
  explicit constexpr Template(std::string_view markup) : markup_(markup) {}

  /// Each name is replaced by its value; values are not looked into. Throws std::logic_error for a name without a
  /// value, and for a value that no name asks for.
  [[nodiscard]] Html fill(const std::vector<Value>& values) const;

 private:
  std::string_view markup_;
};

}  // namespace reports

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Words and widths that the renderers share.
namespace reports {

/// What a program printed, made safe to print again: terminal escape sequences are dropped, other controls are shown as
/// \x1b, CR LF becomes LF. Newlines and tabs stay.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns on a terminal, taking each code point as one.
[[nodiscard]] std::size_t columns(std::string_view text);

/// Breaks at spaces into lines of at most `width` columns; a longer word is cut. Newlines are kept. At least one line.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Filled with spaces up to `width` columns.
[[nodiscard]] std::string left(std::string_view text, std::size_t width);
[[nodiscard]] std::string right(std::string_view text, std::size_t width);

/// "0.4 ms", "12 ms", "1.05 s", "2 min 5 s".
[[nodiscard]] std::string duration(double ms);

/// "1 case", "2 cases".
[[nodiscard]] std::string count_of(std::size_t count, std::string_view noun);

}  // namespace reports

#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// Cuts at each `separator`. "a,,b" gives three parts, "" gives none.
std::vector<std::string_view> split(std::string_view text, char separator);
/// The parts would outlive the text: `for (auto part : split(read_file(p), ','))` reads freed memory before C++23.
template <std::same_as<std::string> Temporary>
void split(Temporary&& text, char separator) = delete;
/// Cuts at runs of spaces, tabs and newlines; gives no empty parts.
std::vector<std::string_view> words(std::string_view text);
template <std::same_as<std::string> Temporary>
void words(Temporary&& text) = delete;
std::string_view trim(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// The whole text as a decimal number, or nullopt.
std::optional<long long> to_number(std::string_view text);
/// Shell words for people to paste: quoted only where the shell needs it.
std::string shell_quote(std::string_view word);
std::string shell_line(const std::vector<std::string>& argv);
/// A glob with * (anything) and ? (one character) against the whole text.
bool glob_match(std::string_view glob, std::string_view text);

}  // namespace base

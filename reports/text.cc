#include "reports/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace reports {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// Where the terminal escape sequence at `text[at]` ends (ECMA-48: CSI, OSC, or two characters).
std::size_t escape_end(std::string_view text, std::size_t at) {
  std::size_t i = at + 1;
  if (i >= text.size()) return i;
  const char kind = text[i++];
  if (kind == '[') {
    while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
    return std::min(i + 1, text.size());
  }
  if (kind == ']') {
    while (i < text.size() && text[i] != '\a' && text[i] != '\x1b') ++i;
    const bool string_terminator = i + 1 < text.size() && text[i] == '\x1b' && text[i + 1] == '\\';
    return std::min(i + (string_terminator ? 2 : 1), text.size());
  }
  return i;
}

/// The first byte of `text` that is past `width` columns.
std::size_t cut_at(std::string_view text, std::size_t width) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_character(text[i]) && seen++ == width) return i;
  }
  return text.size();
}

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& lines) {
  std::string current;
  for (std::string_view word : base::words(line)) {
    if (!current.empty() && columns(current) + 1 + columns(word) <= width) {
      current.append(" ").append(word);
      continue;
    }
    if (!current.empty()) lines.push_back(std::move(current));
    for (; columns(word) > width; word.remove_prefix(cut_at(word, width))) {
      lines.emplace_back(word.substr(0, cut_at(word, width)));
    }
    current = word;
  }
  lines.push_back(std::move(current));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0x1B)
      i = escape_end(text, i) - 1;
    else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
      continue;
    else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
      out += fmt::format("\\x{:02x}", c);
    else
      out += text[i];
  }
  return out;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::split(text, '\n')) wrap_line(line, std::max<std::size_t>(width, 1), lines);
  while (lines.size() > 1 && lines.back().empty()) lines.pop_back();
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string left(std::string_view text, std::size_t width) {
  const std::size_t have = columns(text);
  return std::string(text) + std::string(have < width ? width - have : 0, ' ');
}

std::string right(std::string_view text, std::size_t width) {
  const std::size_t have = columns(text);
  return std::string(have < width ? width - have : 0, ' ') + std::string(text);
}

std::string duration(double ms) {
  if (ms < 9.95) return fmt::format("{:.1f} ms", ms);
  if (ms < 999.5) return fmt::format("{:.0f} ms", ms);
  if (ms < 59'995) return fmt::format("{:.2f} s", ms / 1000);
  const auto seconds = std::llround(ms / 1000);
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::string count_of(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace reports

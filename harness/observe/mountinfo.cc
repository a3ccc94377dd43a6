#include "harness/observe/mountinfo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace runproof {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// The kernel writes space, tab, newline, backslash (and # at a beginning) as \ and three octal digits.
std::string decode(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size() && is_octal(text[at + 1]) && is_octal(text[at + 2]) &&
        is_octal(text[at + 3])) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

std::vector<std::string> list(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view item : base::split(text, ',')) items.push_back(decode(item));
  return items;
}

[[noreturn]] void refuse(std::string_view line) {
  throw std::invalid_argument(fmt::format("not a line of mountinfo: \"{}\"", line));
}

int number(std::string_view text, std::string_view line) {
  const auto value = base::to_number(text);
  if (!value) refuse(line);
  return static_cast<int>(*value);
}

MountEntry parse_line(std::string_view line) {
  // 36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/source rw,errors=continue. A source may be empty: split at
  // each space.
  const std::vector<std::string_view> fields = base::split(line, ' ');
  const auto dash = std::find(fields.begin() + std::min<std::ptrdiff_t>(6, std::ssize(fields)), fields.end(), "-");
  if (std::distance(dash, fields.end()) < 4) refuse(line);
  MountEntry entry{.id = number(fields[0], line),
                   .parent = number(fields[1], line),
                   .device = std::string(fields[2]),
                   .root = decode(fields[3]),
                   .point = decode(fields[4]),
                   .options = list(fields[5]),
                   .type = decode(dash[1]),
                   .source = decode(dash[2]),
                   .super_options = list(dash[3])};
  for (auto field = fields.begin() + 6; field != dash; ++field) entry.optional.emplace_back(*field);
  return entry;
}

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

bool MountEntry::has(std::string_view option) const { return contains(options, option); }
bool MountEntry::has_super(std::string_view option) const { return contains(super_options, option); }

std::string MountEntry::propagation() const {
  const auto tagged = [this](std::string_view tag) {
    return std::any_of(optional.begin(), optional.end(),
                       [tag](const std::string& field) { return field.starts_with(tag); });
  };
  if (tagged("unbindable")) return "unbindable";
  if (tagged("shared:")) return tagged("master:") ? "shared+slave" : "shared";
  return tagged("master:") ? "slave" : "private";
}

std::vector<MountEntry> parse_mountinfo(std::string_view text) {
  std::vector<MountEntry> entries;
  for (const std::string_view line : base::split(text, '\n'))
    if (!line.empty()) entries.push_back(parse_line(line));
  return entries;
}

std::optional<std::vector<MountEntry>> mounts_of(pid_t pid) {
  try {
    const auto text = base::read_file_if_there(fmt::format("/proc/{}/mountinfo", pid));
    if (!text) return std::nullopt;
    return parse_mountinfo(*text);
  } catch (const base::SysError& error) {
    if (error.error() == EINVAL) return std::nullopt;  // a zombie has no mount namespace
    throw;
  }
}

const MountEntry* find_mount(const std::vector<MountEntry>& mounts, const std::filesystem::path& point) {
  const auto found =
      std::find_if(mounts.rbegin(), mounts.rend(), [&](const MountEntry& mount) { return mount.point == point; });
  return found == mounts.rend() ? nullptr : &*found;
}

std::vector<MountEntry> mounts_below(const std::vector<MountEntry>& mounts, const std::filesystem::path& path) {
  std::string prefix = path.string();
  if (prefix.ends_with('/')) prefix.pop_back();
  std::vector<MountEntry> below;
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount)
    if (mount->point == prefix || mount->point.starts_with(prefix + "/")) below.push_back(*mount);
  return below;
}

}  // namespace runproof

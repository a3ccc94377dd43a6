#include "cases/support/selinux.h"

#include <fmt/format.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>

#include "base/file.h"
#include "base/sys_error.h"

namespace runproof {
namespace {

constexpr const char* kAttribute = "security.selinux";
constexpr std::size_t kLongest = 256;

}  // namespace

std::string as_read(std::string_view label) { return std::string(label) + '\0'; }

Config labelled(std::string_view label, Config config) { return config.set("/process/selinuxLabel", label); }

std::string label_of(pid_t pid) {
  return base::read_file(fmt::format("/proc/{}/attr/current", pid)).c_str();  // up to its NUL
}

std::string label_of(const std::filesystem::path& file) {
  std::array<char, kLongest> label{};
  if (::lgetxattr(file.c_str(), kAttribute, label.data(), label.size() - 1) < 0)
    throw base::SysError("read the label of " + file.string());
  return label.data();
}

std::string label_of_key(long serial) {
  std::array<char, kLongest> label{};
  if (::syscall(SYS_keyctl, KEYCTL_GET_SECURITY, serial, label.data(), label.size() - 1) < 0)
    throw base::SysError(fmt::format("read the label of key {}", serial));
  return label.data();
}

void write_labelled(const std::filesystem::path& file, std::string_view text, std::string_view label) {
  base::write_file(file, text);
  if (::lsetxattr(file.c_str(), kAttribute, label.data(), label.size(), 0) != 0)
    throw base::SysError("label " + file.string());
}

}  // namespace runproof

#include "reference_runtime/seccomp/cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <seccomp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <optional>
#include <type_traits>

#include "base/file.h"

namespace refrun {
namespace {

/// All that the filter depends on, in an unambiguous form: every string has its length before it.
std::string fingerprint(const Seccomp& config) {
  const scmp_version* version = seccomp_version();
  std::string text = fmt::format("refrun {} libseccomp {}.{}.{} arch {:x}\n", RUNPROOF_VERSION, version->major,
                                 version->minor, version->micro, seccomp_arch_native());
  const auto errno_text = [](const auto& number) { return number ? std::to_string(*number) : "-"; };
  text += fmt::format("{:x} {} {:x}\n", config.default_action, errno_text(config.default_errno_ret), config.flags);
  for (const std::uint32_t arch : config.architectures) text += fmt::format("arch {:x}\n", arch);
  for (const SeccompRule& rule : config.syscalls) {
    text += fmt::format("rule {:x} {} {} {}\n", rule.action, errno_text(rule.errno_ret), rule.names.size(),
                        rule.args.size());
    for (const std::string& name : rule.names) text += fmt::format("{}:{}\n", name.size(), name);
    for (const SeccompArg& arg : rule.args)
      text += fmt::format("{} {} {} {}\n", arg.index, arg.op, arg.value, arg.value_two);
  }
  return text;
}

/// Direct-mapped: two configurations of one slot push each other out, and the folder never grows beyond the slots.
std::string slot(const std::string& directory, const std::string& print) {
  constexpr std::size_t kSlots = 64;
  return fmt::format("{}/{}.bpf", directory, std::hash<std::string>()(print) % kSlots);
}

bool is_ours_alone(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return false;
  struct stat status {};
  if (::lstat(directory.c_str(), &status) != 0) return false;
  return S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

template <typename Number>
void put(std::string& text, Number number) {
  static_assert(std::is_trivially_copyable_v<Number>);
  text.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& text, const std::string& bytes) {
  put(text, bytes.size());
  text += bytes;
}

/// Takes values off the front; once something is missing everything is.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string_view bytes(std::size_t count) {
    complete_ = complete_ && count <= text_.size();
    if (!complete_) return {};
    const std::string_view taken = text_.substr(0, count);
    text_.remove_prefix(count);
    return taken;
  }
  template <typename Number>
  Number number() {
    Number value{};
    const std::string_view taken = bytes(sizeof value);
    if (!taken.empty()) std::memcpy(&value, taken.data(), sizeof value);
    return value;
  }
  std::string_view string() { return bytes(number<std::size_t>()); }
  [[nodiscard]] bool is_complete() const { return complete_ && text_.empty(); }

 private:
  std::string_view text_;
  bool complete_ = true;
};

std::string encoded(const std::string& print, const SeccompFilter& filter) {
  std::string text;
  put(text, print);
  put(text, filter.flags);
  put(text, filter.notifies);
  put(text,
      std::string(reinterpret_cast<const char*>(filter.program.data()), filter.program.size() * sizeof(sock_filter)));
  put(text, filter.warnings.size());
  for (const std::string& warning : filter.warnings) put(text, warning);
  return text;
}

std::optional<SeccompFilter> decoded(std::string_view text, const std::string& print) {
  Reader reader(text);
  if (reader.string() != print) return std::nullopt;
  SeccompFilter filter;
  filter.flags = reader.number<unsigned>();
  filter.notifies = reader.number<bool>();
  const std::string_view program = reader.string();
  filter.program.resize(program.size() / sizeof(sock_filter));
  if (!program.empty()) std::memcpy(filter.program.data(), program.data(), filter.program.size() * sizeof(sock_filter));
  for (auto count = reader.number<std::size_t>(); count > 0 && !reader.is_complete(); --count) {
    const std::string_view warning = reader.string();
    if (warning.empty()) break;
    filter.warnings.emplace_back(warning);
  }
  if (!reader.is_complete() || filter.program.empty()) return std::nullopt;
  return filter;
}

}  // namespace

SeccompFilter compile_seccomp_cached(const Seccomp& config, const std::string& directory) {
  if (!is_ours_alone(directory)) return compile_seccomp(config);
  const std::string print = fingerprint(config);
  const std::string file = slot(directory, print);
  try {
    if (const auto text = base::read_file_if_there(file))
      if (auto filter = decoded(*text, print)) return std::move(*filter);
  } catch (const std::exception&) {
    // Compiled instead.
  }
  SeccompFilter filter = compile_seccomp(config);
  try {
    base::write_file_atomically(file, encoded(print, filter), 0600);
  } catch (const std::exception&) {
    // The next one compiles again.
  }
  return filter;
}

}  // namespace refrun

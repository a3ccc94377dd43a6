#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refrun {

// Files of cgroupfs. Directories and files come and go with processes and their killers, so "not there" is an answer.

/// The text without its last newline; nullopt where the file or its directory is gone.
[[nodiscard]] std::optional<std::string> read_control(const std::string& directory, std::string_view file);
/// The value of `key` in a file of "key value" lines (cgroup.events, memory.stat, cpu.stat); nullopt where there is
/// none.
[[nodiscard]] std::optional<std::string> read_keyed(const std::string& directory, std::string_view file,
                                                    std::string_view key);
/// One write(2). 0, or errno.
[[nodiscard]] int try_write_control(const std::string& directory, std::string_view file, std::string_view value);
[[nodiscard]] bool control_exists(const std::string& directory, std::string_view file);
/// "max" and numbers beyond int64 are UINT64_MAX; 0 where the file is not there.
[[nodiscard]] unsigned long long read_number(const std::string& directory, std::string_view file);

}  // namespace refrun

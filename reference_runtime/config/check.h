#pragma once

#include <string>
#include <string_view>

#include "reference_runtime/config/config.h"

namespace refrun {

// The rules that a config.json must keep beyond types and required members. Each rule is a function of its own; all of
// them run, and each appends what it finds. `at` is the pointer of the part that is checked.

void check_document(const Config& config, Problems& problems);
void check_process(const Process& process, const std::string& at, Problems& problems);
void check_mounts(const Config& config, Problems& problems);
void check_linux(const Config& config, Problems& problems);
void check_user_namespace(const Config& config, Problems& problems);
void check_sysctl(const Config& config, Problems& problems);
void check_resources(const Resources& resources, const std::string& at, Problems& problems);
void check_seccomp(const Seccomp& seccomp, const std::string& at, Problems& problems);

/// Notes a problem, unless one was noted at that very place already: a missing path is not also a relative one.
void note(Problems& problems, std::string pointer, std::string rule);
/// Whether an error was noted at that place: what stands there has no value to check further.
[[nodiscard]] bool is_noted(const Problems& problems, std::string_view pointer);
void warn(Problems& problems, std::string pointer, std::string rule);
void require_absolute(std::string_view path, std::string pointer, Problems& problems);

}  // namespace refrun

#pragma once

#include <string>

#include "reference_runtime/seccomp/filter.h"

namespace refrun {

/// compile_seccomp(), or what it gave for the same configuration before: a profile of 360 system calls for three
/// architectures takes libseccomp 10 ms, reading it back 0.1. Kept in at most 64 files of `directory`, which is made
/// where it is missing. It must be the caller's own and writable by nobody else: else, and where anything goes wrong
/// with a file, the filter is compiled. A file is believed only if it holds the very configuration that is asked for.
[[nodiscard]] SeccompFilter compile_seccomp_cached(const Seccomp& config, const std::string& directory);

}  // namespace refrun

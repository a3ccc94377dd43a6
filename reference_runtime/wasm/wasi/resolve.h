#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace refrun::wasm::wasi {

/// How paths are kept beneath their directory.
enum class Resolver : unsigned char {
  best,  // openat2(2) with RESOLVE_BENEATH (Linux 5.6); where the kernel, QEMU or a seccomp filter does not have it, by
         // hand
  hand,  // component by component: for tests of that way
};

/// Opens `path` beneath `directory`: no `..`, symbolic link, magic link or rename leads out of it. `flags` as in
/// open(2), O_CLOEXEC is added. Throws Refusal: `perm` for a path that leads out (absolute ones too), else what open(2)
/// says.
base::UniqueFd open_beneath(int directory, std::string_view path, int flags, unsigned mode = 0,
                            Resolver resolver = Resolver::best);

/// A path cut before its last component.
struct Place {
  base::UniqueFd parent;         // O_PATH
  std::string name;              // one component, neither "." nor ".."
  bool wants_directory = false;  // there was a slash behind it
};

/// Where a path's last component lies, for calls that make, remove or move it and follow no link there. Throws Refusal.
Place place_beneath(int directory, std::string_view path, Resolver resolver = Resolver::best);

}  // namespace refrun::wasm::wasi

#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "harness/case.h"

namespace runproof {

/// A file in the root filesystem of a bundle, with the directories that lead to it.
void put_file(const Bundle& bundle, std::string_view path, std::string_view text = "text");

/// A device, FIFO or socket in the root filesystem of a bundle, as mknod(2). Throws Broken.
void make_node(const Bundle& bundle, std::string_view path, mode_t mode, dev_t number);

/// What the probe inside says of one file: {"mode", "uid", …}, or {"errno"}.
[[nodiscard]] Json stat_of(Serving& box, const std::string& path);

}  // namespace runproof

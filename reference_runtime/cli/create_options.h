#pragma once

#include <CLI/CLI.hpp>

#include "reference_runtime/stage/create.h"

namespace refrun {

/// The options that `create` and `run` share, into `request`, which must outlive the parsing.
void add_create_options(CLI::App& verb, CreateRequest& request);

/// Gives LISTEN_FDS of the environment, and makes every descriptor that is not the payload's close on exec: what the
/// caller left open is nobody's business. Throws when a descriptor to be preserved is not open.
[[nodiscard]] int settle_descriptors(int preserve_fds);

}  // namespace refrun

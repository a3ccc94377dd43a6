#pragma once

#include <CLI/CLI.hpp>

#include "reference_runtime/stage/criu.h"

namespace refrun {

/// The options that `checkpoint` and `restore` share.
void add_criu_options(CLI::App& verb, CriuOptions& options);

}  // namespace refrun

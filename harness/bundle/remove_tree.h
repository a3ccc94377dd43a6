#pragma once

#include <filesystem>

namespace runproof {

/// Removes a directory with all that is in it, but never enters a file system mounted below it, nor a link: what a
/// runtime failed to unmount may be the host's own. True when nothing is left. Never throws.
bool remove_tree(const std::filesystem::path& directory) noexcept;

}  // namespace runproof

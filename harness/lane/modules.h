#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// The modules that a kernel module says it needs, read from the text of its .modinfo section ("depends=a,b").
[[nodiscard]] std::vector<std::string> module_depends(std::string_view module_file);

/// A module's file without the signature at its end (Documentation/admin-guide/module-signing.rst): to check twenty of
/// them takes an emulated kernel half a second, and it does not insist.
[[nodiscard]] std::string_view without_signature(std::string_view module_file);

/// The files to load, in this order, so that all of `names` are there: each after what it depends on. Names of modules
/// that are built into the kernel (modules.builtin) are left out. `tree` is …/lib/modules/VERSION. Throws
/// std::runtime_error naming a module that is in neither.
[[nodiscard]] std::vector<std::filesystem::path> module_load_order(const std::filesystem::path& tree,
                                                                   const std::vector<std::string>& names);

}  // namespace runproof

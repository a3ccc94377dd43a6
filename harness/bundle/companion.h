#pragma once

#include <filesystem>
#include <string_view>

namespace runproof {

/// The program that runs, by its whole path.
[[nodiscard]] std::filesystem::path own_program();

/// A file that comes with `program`, "probe" or "wasm/exit.wasm": beside it where it was built, in ../libexec/runproof
/// where it is installed, wherever that has been moved. Where it is in neither, the path beside it: opening that says
/// what is missing.
[[nodiscard]] std::filesystem::path companion(std::string_view name,
                                              const std::filesystem::path& program = own_program());

}  // namespace runproof

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "harness/runtime/adapter.h"

namespace runproof {

/// The runtime under test and what it says of itself. A value: the orchestrator asks once and hands it to every worker
/// as JSON.
struct Runtime {
  std::filesystem::path path;  ///< absolute
  std::string name;            ///< the adapter's, or for "generic" the first word that --version printed
  std::string version;
  std::string version_text;
  const Adapter* adapter = nullptr;
  base::Json features;  ///< what `features` printed (features.md of the spec); null where it has no such command

  /// Why `feature` is absent here, or nullopt where it is there or nothing says that it is not. Names: profile.h.
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature) const;
};
void to_json(base::Json& json, const Runtime& runtime);
void from_json(const base::Json& json, Runtime& runtime);

/// Looks the program up (in PATH where `path` has no slash), runs `--version` and `features`, picks the adapter
/// (`adapter_name` where it is not empty). Throws std::invalid_argument with a sentence for people: no such file, not
/// executable, no such adapter, a runtime that hangs. A runtime that has no --version is "generic".
[[nodiscard]] Runtime identify_runtime(const std::string& path, std::string_view adapter_name = {});

}  // namespace runproof

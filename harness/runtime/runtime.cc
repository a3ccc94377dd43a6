#include "harness/runtime/runtime.h"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "base/sys_error.h"
#include "base/text.h"
#include "harness/runtime/profile.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// Asking a healthy runtime takes milliseconds; one that hangs here will hang everywhere.
constexpr std::chrono::milliseconds kPatience{5'000};

fs::path look_up(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    fs::path path = fs::absolute(program).lexically_normal();
    if (!fs::exists(path)) throw std::invalid_argument("runtime " + program + ": no such file");
    if (fs::is_directory(path) || access(path.c_str(), X_OK) != 0) {
      throw std::invalid_argument("runtime " + program + ": is not an executable program");
    }
    return path;
  }
  const char* path_variable = std::getenv("PATH");  // what a shell would do with a bare name
  for (const std::string_view dir : base::split(path_variable == nullptr ? "" : path_variable, ':')) {
    const fs::path candidate = fs::path{dir.empty() ? "." : dir} / program;
    if (!fs::is_directory(candidate) && access(candidate.c_str(), X_OK) == 0) return fs::absolute(candidate);
  }
  throw std::invalid_argument("runtime " + program + ": not found in PATH");
}

Finished ask(const fs::path& path, Argv words) {
  words.insert(words.begin(), path.string());
  try {
    Finished finished = run({.argv = words, .deadline = kPatience});
    if (finished.timed_out) {
      throw std::invalid_argument("runtime " + path.string() + ": " + words.back() + " does not come back within 5 s");
    }
    return finished;
  } catch (const base::SysError& error) {
    throw std::invalid_argument("runtime " + path.string() + ": cannot be run: " + error.what());
  }
}

base::Json ask_features(const fs::path& path, const Adapter& adapter, std::string_view version) {
  if (adapter.lacks("features", version)) return nullptr;
  const Finished finished = ask(path, adapter.features());
  if (!finished.ok()) return nullptr;
  try {
    return base::parse_json(finished.out);
  } catch (const base::JsonError&) {
    return nullptr;  // a case looks at it (features.*); here it declares nothing
  }
}

}  // namespace

std::optional<std::string> Runtime::lacks(std::string_view feature) const {
  if (adapter != nullptr) {
    if (auto why = adapter->lacks(feature, version)) return why;
  }
  return declared_absent(features, feature);
}

void to_json(base::Json& json, const Runtime& runtime) {
  json = {{"path", runtime.path.string()},
          {"name", runtime.name},
          {"version", runtime.version},
          {"version_text", runtime.version_text},
          {"adapter", runtime.adapter == nullptr ? "generic" : runtime.adapter->name()},
          {"features", runtime.features}};
}

void from_json(const base::Json& json, Runtime& runtime) {
  runtime.path = json.at("path").get<std::string>();
  runtime.name = json.at("name").get<std::string>();
  runtime.version = json.at("version").get<std::string>();
  runtime.version_text = json.at("version_text").get<std::string>();
  runtime.adapter = find_adapter(json.at("adapter").get<std::string>());
  runtime.features = json.at("features");
}

Runtime identify_runtime(const std::string& path, std::string_view adapter_name) {
  Runtime runtime;
  if (!adapter_name.empty()) {
    runtime.adapter = find_adapter(adapter_name);
    if (runtime.adapter == nullptr) throw std::invalid_argument("no adapter is called " + std::string{adapter_name});
  }
  runtime.path = look_up(path);
  const Finished said = ask(runtime.path, {"--version"});
  if (said.ok()) runtime.version_text = said.out;
  if (runtime.adapter == nullptr) runtime.adapter = &adapter_for(runtime.version_text);
  runtime.version = runtime.adapter->version(runtime.version_text);
  runtime.name = runtime.adapter->name();
  if (runtime.name == "generic") {
    const auto words = base::words(runtime.version_text);
    runtime.name = words.empty() ? runtime.path.filename().string() : std::string{words.front()};
  }
  runtime.features = ask_features(runtime.path, *runtime.adapter, runtime.version);
  return runtime;
}

}  // namespace runproof

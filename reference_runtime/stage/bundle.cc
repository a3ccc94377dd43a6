#include "reference_runtime/stage/bundle.h"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "base/file.h"
#include "base/json.h"
#include "base/sys_error.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

/// Sabotage: takes what is no strict JSON. Of a name that is there twice the last one counts.
base::Json parse_leniently(std::string text) {
  std::erase_if(text, [](unsigned char c) { return c > 0x7f; });
  if (!base::Json::accept(text)) text += '}';
  return base::Json::parse(text);
}

base::Json parse_text(const std::string& text, const std::string& path) {
  if (fault("lenient_json")) return parse_leniently(text);
  try {
    return base::parse_json(text);
  } catch (const base::JsonError& e) {
    throw std::runtime_error(fmt::format("{}: {}", path, e.what()));
  }
}

/// Sabotage: what a lenient reader of hooks would make of invalid ones.
[[maybe_unused]] void accept_bad_hooks(base::Json& document, const std::string& bundle) {
  if (!document.contains("hooks") || !document["hooks"].is_object()) return;
  for (auto& [kind, hooks] : document["hooks"].items()) {
    if (!hooks.is_array()) continue;
    const std::string base = kind == "startContainer" ? "/" : bundle + "/";
    for (auto& hook : hooks) {
      if (fault("hook_zero_timeout_accepted")) hook.erase("timeout");
      const bool relative =
          hook.contains("path") && hook["path"].is_string() && !hook["path"].get<std::string>().starts_with('/');
      if (relative && fault("hook_relative_path_accepted")) hook["path"] = base + hook["path"].get<std::string>();
    }
  }
}

}  // namespace

Bundle load_bundle(const std::string& path, std::vector<std::string>& warnings) {
  Bundle bundle;
  std::error_code error;
  bundle.path = std::filesystem::canonical(fault("bundle_cwd_ignored") ? "." : path, error).string();
  if (error) throw base::SysError("bundle " + path, error.value());
  const std::string config_path = bundle.path + "/config.json";
  bundle.config_text = base::read_file(config_path);
  base::Json document = parse_text(bundle.config_text, config_path);
  if constexpr (kSabotageBuild) {
    sabotage_config(document);
    accept_bad_hooks(document, bundle.path);
    bundle.config_text = document.dump();
  }
  Problems problems;
  bundle.config = parse_config(document, problems);
  if (has_errors(problems) && !fault("config_problems_ignored")) {
    throw std::runtime_error(fmt::format("{} is not valid:\n{}", config_path, describe(problems)));
  }
  for (const Problem& problem : problems) {
    warnings.push_back(fmt::format("{}: {}", problem.pointer, problem.rule));
  }
  return bundle;
}

Config reload_config(const std::string& text) {
  Problems problems;
  return parse_config(base::Json::parse(text), problems);
}

}  // namespace refrun

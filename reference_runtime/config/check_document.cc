#include "reference_runtime/config/check.h"
#include "reference_runtime/config/version.h"

namespace refrun {
namespace {

// config.md#specification-version
void check_version(const Config& config, Problems& problems) {
  if (config.oci_version.empty()) return note(problems, "/ociVersion", "must not be empty");
  const auto version = parse_version(config.oci_version);
  if (!version) return note(problems, "/ociVersion", "must be a version as SemVer 2.0.0 writes it, such as \"1.3.0\"");
  if (version->major != 1 || version->minor > kNewestMinor)
    note(problems, "/ociVersion",
         "\"" + config.oci_version + "\" is not supported; 1.0.0 to 1." + std::to_string(kNewestMinor) + ".x are");
}

// config.md#root
void check_root(const Config& config, Problems& problems) {
  if (config.root.path.empty() && !is_noted(problems, "/root")) note(problems, "/root/path", "must not be empty");
}

// config.md#hostname: without a UTS namespace of its own, the container would rename the host.
void check_names(const Config& config, Problems& problems) {
  constexpr std::size_t kLongest = 64;  // sethostname(2)
  const auto check = [&](const std::optional<std::string>& name, const char* pointer) {
    if (!name || name->empty()) return;
    if (name->size() > kLongest) note(problems, pointer, "must not be longer than 64 bytes");
    if (config.linux_config.find(NamespaceType::uts) == nullptr) note(problems, pointer, "needs a uts namespace");
  };
  check(config.hostname, "/hostname");
  check(config.domainname, "/domainname");
}

// config.md#posix-platform-hooks
void check_hook_list(const std::vector<Hook>& hooks, const std::string& at, Problems& problems) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const std::string here = base::json_pointer(at, i);
    if (!is_noted(problems, here)) require_absolute(hooks[i].path, here + "/path", problems);
    if (hooks[i].timeout && hooks[i].timeout->count() <= 0)
      note(problems, here + "/timeout", "must be greater than zero");
  }
}

void check_hooks(const Config& config, Problems& problems) {
  check_hook_list(config.hooks.prestart, "/hooks/prestart", problems);
  check_hook_list(config.hooks.create_runtime, "/hooks/createRuntime", problems);
  check_hook_list(config.hooks.create_container, "/hooks/createContainer", problems);
  check_hook_list(config.hooks.start_container, "/hooks/startContainer", problems);
  check_hook_list(config.hooks.poststart, "/hooks/poststart", problems);
  check_hook_list(config.hooks.poststop, "/hooks/poststop", problems);
}

// config.md#annotations: values were read as strings.
void check_annotations(const Config& config, Problems& problems) {
  if (config.annotations.contains("")) note(problems, "/annotations/", "a key must not be empty");
}

}  // namespace

void check_document(const Config& config, Problems& problems) {
  check_version(config, problems);
  check_root(config, problems);
  check_names(config, problems);
  check_hooks(config, problems);
  check_annotations(config, problems);
}

}  // namespace refrun

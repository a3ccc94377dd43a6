#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/json.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/config/mount_options.h"
#include "reference_runtime/config/version.h"
#include "reference_runtime/config/words.h"
#include "reference_runtime/seccomp/filter.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/sabotage_features.h"

namespace refrun {
namespace {

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return words;
}

// features-linux.md: only what works in this build.
base::OrderedJson linux_features() {
  base::OrderedJson json;
  json["namespaces"] = sorted(kNamespaceTypes.list());
  json["capabilities"] = kCapabilities.list();
  json["cgroup"] = {{"v1", true}, {"v2", true}, {"systemd", true}, {"systemdUser", true}, {"rdma", true}};
  json["seccomp"] = {{"enabled", true},
                     {"actions", seccomp_actions()},
                     {"operators", seccomp_operators()},
                     {"archs", seccomp_architectures()},
                     {"knownFlags", seccomp_known_flags()},
                     {"supportedFlags", seccomp_supported_flags()}};
  json["memoryPolicy"] = {{"modes", kMemoryPolicyModes.list()}, {"flags", kMemoryPolicyFlags.list()}};
  json["apparmor"] = {{"enabled", true}};
  json["selinux"] = {{"enabled", true}};
  json["intelRdt"] = {{"enabled", true}, {"schemata", true}, {"monitoring", true}};
  json["mountExtensions"] = {{"idmap", {{"enabled", true}}}};
  json["netDevices"] = {{"enabled", true}};
  return json;
}

}  // namespace

void add_features(CLI::App& verb, Context& context) {
  verb.callback([&context] {
    context.action = [] {
      base::OrderedJson json;
      json["ociVersionMin"] = "1.0.0";
      json["ociVersionMax"] = kSpecVersion;
      json["hooks"] = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};
      json["mountOptions"] = known_mount_options();
      json["linux"] = linux_features();
      json["annotations"] = {{"org.opencontainers.runproof.refrun.version", RUNPROOF_VERSION},
                             {"org.opencontainers.runproof.refrun.wasm", "wasi_snapshot_preview1"}};
      json["potentiallyUnsafeConfigAnnotations"] = {"module.wasm.image/variant", "run.oci.handler",
                                                    "org.runproof.wasm."};
      if constexpr (kSabotageBuild) {
        base::Json lie = json;
        if (fault("features_follow_caller") && ::geteuid() != 0) lie["linux"].erase("seccomp");
        sabotage_features(lie);
        json = lie;
      }
      fmt::print("{}\n", json.dump(2));
      return 0;
    };
  });
}

}  // namespace refrun

// features.md and features-linux.md: what a runtime says that it recognises, it takes in a configuration.
#include <linux/mempolicy.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/json.h"
#include "cases/support/told.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"

namespace runproof {

namespace {

using Words = std::vector<std::string>;

/// The strings at a JSON pointer of what `features` printed, without those in `but`. Throws Unsupported where it says
/// nothing about it.
Words words_of(const Answer& answer, const std::string& pointer, const std::set<std::string>& but = {}) {
  const Json features = base::parse_json(answer.out);
  const Json list = features.value(Json::json_pointer(pointer), Json());
  if (list.is_null()) throw Unsupported("features has nothing at " + pointer);
  Words words = list.get<Words>();
  std::erase_if(words, [&](const std::string& word) { return but.contains(word); });
  return words;
}

/// What we lack ourselves, a runtime cannot give.
Words those_we_have(Words capabilities) {
  std::erase_if(capabilities, [](const std::string& name) { return !facts().has_capability(name); });
  return capabilities;
}

/// A tmpfs for each of these options: one that is not recognised goes to the kernel, which does not know it either.
Config with_mounts(const Words& options) {
  Config config = Config::minimal({"/probe", "true"});
  for (const std::string& option : options) {
    config.mount({.destination = "/tmp/" + option, .type = "tmpfs", .source = "tmpfs", .options = {option}});
  }
  return config;
}

Config filtered(const Json& more) {
  Json filter = {{"defaultAction", "SCMP_ACT_ALLOW"}};
  filter.update(more);
  return Config::minimal({"/probe", "true"}).set("/linux/seccomp", filter);
}

/// A rule for each action, each for another system call that nobody makes.
Json rules_of(const Words& actions) {
  const Words calls = {"acct",    "swapon", "swapoff", "reboot",         "quotactl",      "uselib",
                       "vhangup", "ustat",  "sysfs",   "lookup_dcookie", "delete_module", "init_module"};
  Json rules = Json::array();
  for (std::size_t at = 0; at < actions.size(); ++at)
    rules.push_back({{"names", {calls.at(at)}}, {"action", actions[at]}});
  return rules;
}

Json operator_rules_of(const Words& operators) {
  Json rules = Json::array();
  for (const std::string& each : operators) {
    rules.push_back({{"names", {"swapoff"}},
                     {"action", "SCMP_ACT_ERRNO"},
                     {"args", Json::array({{{"index", 0}, {"value", 1}, {"op", each}}})}});
  }
  return rules;
}

}  // namespace

CONFORMANCE_CASE(features, mount_options_recognised, .clause = "features.md#mount-options", .level = must,
                 .claim = "every mount option that features names is taken", .needs = {need::root},
                 .features = {"features"}, .faults = {"features:set:/mountOptions/-=\"sideways\""}) {
  // These make no mount of their own: cases of mounts have them.
  const Words options =
      words_of(runtime({"features"}), "/mountOptions", {"bind", "rbind", "remount", "idmap", "ridmap", "tmpcopyup"});
  Container box = container(with_mounts(options));

  EXPECT_THAT(attempt(box), Succeeds());
}

CONFORMANCE_CASE(features, namespaces_recognised, .clause = "features-linux.md#namespaces", .level = must,
                 .claim = "every namespace type that features names is taken", .needs = {need::root},
                 .features = {"features"}, .faults = {"features:set:/linux/namespaces/-=\"mnt\""}) {
  const Json map = Json::array({{{"containerID", 0}, {"hostID", 0}, {"size", 65'536}}});
  Json namespaces = Json::array();
  for (const std::string& type : words_of(runtime({"features"}), "/linux/namespaces")) {
    namespaces.push_back({{"type", type}});
  }
  Container box = container(with_dev(Config::minimal({"/probe", "true"}))
                                .set("/linux/namespaces", namespaces)
                                .set("/linux/uidMappings", map)
                                .set("/linux/gidMappings", map));

  EXPECT_THAT(attempt(box), Succeeds());
}

CONFORMANCE_CASE(features, capabilities_recognised, .clause = "features-linux.md#capabilities", .level = must,
                 .claim = "every capability that features names is taken without a warning, and the program has it",
                 .needs = {need::root, need::cap_sys_resource}, .features = {"features"},
                 .faults = {"features:set:/linux/capabilities/-=\"CAP_UNHEARD_OF\"",
                            "config:drop:/process/capabilities"}) {
  const Words named = words_of(runtime({"features"}), "/linux/capabilities");
  Serving box = container_to_serve(Config::minimal({}).capabilities(named));

  const Answer answer = box.create();

  EXPECT_THAT(answer, Succeeds());
  EXPECT_THAT(answer.log + answer.err, testing::Not(testing::HasSubstr("CAP_")));
  box.serve();
  EXPECT_THAT(box.ask({"caps"}).at("effective").get<Words>(), testing::UnorderedElementsAreArray(those_we_have(named)));
}

CONFORMANCE_CASE(features, seccomp_actions_recognised, .clause = "features-linux.md#seccomp", .level = must,
                 .claim = "every seccomp action that features names is taken", .needs = {need::root, need::seccomp},
                 .features = {"features", "seccomp"},
                 .faults = {"features:set:/linux/seccomp/actions/-=\"SCMP_ACT_TEST\""}) {
  // Cases of seccomp have SCMP_ACT_NOTIFY, which takes a listener; ALLOW is the default action here.
  const Words actions =
      words_of(runtime({"features"}), "/linux/seccomp/actions", {"SCMP_ACT_NOTIFY", "SCMP_ACT_ALLOW"});
  Container box = container(filtered({{"syscalls", rules_of(actions)}}));

  EXPECT_THAT(attempt(box), Succeeds());
}

CONFORMANCE_CASE(features, seccomp_operators_recognised, .clause = "features-linux.md#seccomp", .level = must,
                 .claim = "every seccomp operator that features names is taken", .needs = {need::root, need::seccomp},
                 .features = {"features", "seccomp"},
                 .faults = {"features:set:/linux/seccomp/operators/-=\"SCMP_CMP_TEST\""}) {
  const Json rules = operator_rules_of(words_of(runtime({"features"}), "/linux/seccomp/operators"));
  Container box = container(filtered({{"syscalls", rules}}));

  EXPECT_THAT(attempt(box), Succeeds());
}

CONFORMANCE_CASE(features, seccomp_archs_recognised, .clause = "features-linux.md#seccomp", .level = must,
                 .claim = "every seccomp architecture that features names, and that goes with the host's, is taken",
                 .needs = {need::root, need::seccomp, need::x86_64}, .features = {"features", "seccomp"},
                 .faults = {"features:set:/linux/seccomp/archs/-=\"SCMP_ARCH_TEST\""}) {
  // One filter cannot mix byte orders, and the host's own architecture is always in it.
  const Words archs = words_of(runtime({"features"}), "/linux/seccomp/archs",
                               {"SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_PPC",
                                "SCMP_ARCH_PPC64", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_PARISC",
                                "SCMP_ARCH_PARISC64", "SCMP_ARCH_M68K", "SCMP_ARCH_SHEB"});
  Container box = container(filtered({{"architectures", archs}, {"syscalls", rules_of({"SCMP_ACT_ERRNO"})}}));

  EXPECT_THAT(attempt(box), Succeeds());
}

CONFORMANCE_CASE(features, seccomp_flags_supported, .clause = "features-linux.md#seccomp", .level = must,
                 .claim = "every seccomp flag that features names as supported is taken, and works",
                 .needs = {need::root, need::seccomp}, .features = {"features", "seccomp"},
                 .faults = {"features:set:/linux/seccomp/supportedFlags/-=\"SECCOMP_FILTER_FLAG_TEST\"",
                            "load_seccomp"}) {
  // Only a listener can wait killably: cases of seccomp have it.
  const Words flags =
      words_of(runtime({"features"}), "/linux/seccomp/supportedFlags", {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"});
  const Json rule = {{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}};

  EXPECT_THAT(ask(filtered({{"flags", flags}, {"syscalls", {rule}}}), {"/probe", "call", "getpriority"}),
              Field("raised", EPERM));
}

CONFORMANCE_CASE(features, seccomp_flags_known, .clause = "features-linux.md#seccomp", .level = must,
                 .claim = "the seccomp flags that features names as supported are among those that it knows",
                 .features = {"features", "seccomp"},
                 .faults = {"features:drop:/linux/seccomp/knownFlags/0",
                            "features:set:/linux/seccomp/supportedFlags/-=\"SECCOMP_FILTER_FLAG_TEST\""}) {
  const Answer said = runtime({"features"});

  EXPECT_THAT(words_of(said, "/linux/seccomp/knownFlags"),
              testing::IsSupersetOf(words_of(said, "/linux/seccomp/supportedFlags")));
}

CONFORMANCE_CASE(features, mempolicy_recognised, .clause = "features-linux.md#memorypolicy", .level = must,
                 .claim = "every memory policy mode that features names is taken, and the program has a policy",
                 .needs = {need::root}, .features = {"features"},
                 .faults = {"features:set:/linux/memoryPolicy/modes/-=\"MPOL_TEST\"", "set_memory_policy"},
                 .since = "1.3.0") {
  const Words modes = words_of(runtime({"features"}), "/linux/memoryPolicy/modes", {"MPOL_DEFAULT", "MPOL_LOCAL"});
  const auto is_set = [this](const std::string& mode) {
    Container box = container(Config::minimal({"/probe", "memory_policy"})
                                  .oci_version("1.3.0")
                                  .set("/linux/memoryPolicy", {{"mode", mode}, {"nodes", "0"}}));
    return told(box, "memory_policy").at("mode") != MPOL_DEFAULT;
  };

  EXPECT_THAT(modes, testing::Each(testing::Truly(is_set)));
}

CONFORMANCE_CASE(features, mempolicy_flags_recognised, .clause = "features-linux.md#memorypolicy", .level = must,
                 .claim = "every memory policy flag that features names is taken, and the program's policy has it",
                 .needs = {need::root}, .features = {"features"},
                 .faults = {"features:set:/linux/memoryPolicy/flags/-=\"MPOL_F_TEST\"",
                            "config:drop:/linux/memoryPolicy/flags"},
                 .since = "1.3.0") {
  const auto is_set = [this](const std::string& flag) {
    Container box =
        container(Config::minimal({"/probe", "memory_policy"})
                      .oci_version("1.3.0")
                      .set("/linux/memoryPolicy", {{"mode", "MPOL_BIND"}, {"nodes", "0"}, {"flags", {flag}}}));
    return (told(box, "memory_policy").at("mode").get<int>() & MPOL_MODE_FLAGS) != 0;
  };

  EXPECT_THAT(words_of(runtime({"features"}), "/linux/memoryPolicy/flags"), testing::Each(testing::Truly(is_set)));
}

CONFORMANCE_CASE(features, idmap, .clause = "features-linux.md#mountextensions", .level = must,
                 .claim = "idmap.enabled is true where mount id mappings are read", .needs = {need::root},
                 .features = {"features"}, .faults = {"features:set:/linux/mountExtensions/idmap/enabled=false"},
                 .since = "1.2.0") {
  const Json map = Json::array({{{"containerID", 0}, {"hostID", 1000}}});  // without a size, so never valid
  const Json said = base::parse_json(runtime({"features"}).out);
  Container box = container(Config::minimal({"/probe", "true"})
                                .oci_version("1.2.0")
                                .set("/mounts/-", {{"destination", "/tmp"},
                                                   {"source", scratch().string()},
                                                   {"options", {"rbind"}},
                                                   {"uidMappings", map},
                                                   {"gidMappings", map}}));

  const bool read = box.create().refused();

  EXPECT_EQ(said.value(Json::json_pointer("/linux/mountExtensions/idmap/enabled"), false), read);
}

}  // namespace runproof

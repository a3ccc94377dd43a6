// config-linux.md#memory-policy, of the specification's 1.3.0.
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sys_error.h"
#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

using testing::AllOf;

namespace {

Config with_policy(const Json& policy) {
  return Config::minimal({}).oci_version("1.3.0").set("/linux/memoryPolicy", policy);
}

struct PolicyMode {
  std::string_view name;
  std::string_view word;
  int mode;
};
constexpr PolicyMode kModesWithNodes[] = {{"bind", "MPOL_BIND", MPOL_BIND},
                                          {"interleave", "MPOL_INTERLEAVE", MPOL_INTERLEAVE},
                                          {"preferred", "MPOL_PREFERRED", MPOL_PREFERRED}};

struct PolicyFlag {
  std::string_view name;
  std::string_view word;
  int flag;
};
constexpr PolicyFlag kPolicyFlags[] = {{"numa_balancing", "MPOL_F_NUMA_BALANCING", MPOL_F_NUMA_BALANCING},
                                       {"relative_nodes", "MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES},
                                       {"static_nodes", "MPOL_F_STATIC_NODES", MPOL_F_STATIC_NODES}};

constexpr PolicyMode kModesWithoutNodes[] = {{"default", "MPOL_DEFAULT", MPOL_DEFAULT},
                                             {"local", "MPOL_LOCAL", MPOL_LOCAL}};

/// Of ourselves, so of the runtime: set_mempolicy(2).
void interleave_ourselves() {
  const unsigned long first_node = 1;
  if (::syscall(SYS_set_mempolicy, MPOL_INTERLEAVE, &first_node, 8 * sizeof first_node) != 0)
    throw base::SysError("set_mempolicy");
}

struct BadPolicy {
  std::string_view name;
  Json policy;
};
const BadPolicy kBadPolicies[] = {
    {"missing_mode", {{"nodes", "0"}}},
    {"bad_mode", {{"mode", "MPOL_FAVOURITE"}, {"nodes", "0"}}},
    {"bad_flag", {{"mode", "MPOL_BIND"}, {"nodes", "0"}, {"flags", {"MPOL_F_BEST"}}}},
    {"flag_conflict",
     {{"mode", "MPOL_BIND"}, {"nodes", "0"}, {"flags", {"MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES"}}}},
    {"nodes_required", {{"mode", "MPOL_BIND"}}},
    {"nodes_forbidden", {{"mode", "MPOL_LOCAL"}, {"nodes", "0"}}},
    {"nodes_syntax", {{"mode", "MPOL_BIND"}, {"nodes", "0-"}}},
    {"nodes_too_large", {{"mode", "MPOL_BIND"}, {"nodes", "99999999"}}}};

}  // namespace

CONFORMANCE_CASE_FOR(mempolicy, mode, mode, kModesWithNodes, .clause = "config-linux.md#memory-policy", .level = descr,
                     .claim = "the program has the memory policy that is configured", .features = {"memory_policy"},
                     .faults = {"set_memory_policy"}, .since = "1.3.0") {
  Serving box = serving(with_policy({{"mode", mode.word}, {"nodes", "0"}}));

  EXPECT_THAT(box.ask({"memory_policy"}), AllOf(Field("mode", mode.mode), Field("nodes", 1)));
}

CONFORMANCE_CASE_FOR(mempolicy, mode_without_nodes, mode, kModesWithoutNodes, .clause = "config-linux.md#memory-policy",
                     .level = descr,
                     .claim = "a memory policy without nodes is the program's, where the runtime's own is another",
                     .needs = {need::kernel_5_14}, .features = {"memory_policy"}, .faults = {"set_memory_policy"},
                     .since = "1.3.0") {
  interleave_ourselves();

  Serving box = serving(with_policy({{"mode", mode.word}}));

  EXPECT_THAT(box.ask({"memory_policy"}), Field("mode", mode.mode));
}

CONFORMANCE_CASE_FOR(mempolicy, flag, flag, kPolicyFlags, .clause = "config-linux.md#memory-policy", .level = descr,
                     .claim = "the program's memory policy has the flag that is configured",
                     .needs = {need::kernel_5_12}, .features = {"memory_policy"},
                     .faults = {"config:drop:/linux/memoryPolicy/flags"}, .since = "1.3.0") {
  const Json flags = Json::array({flag.word});
  Serving box = serving(with_policy({{"mode", "MPOL_BIND"}, {"nodes", "0"}, {"flags", flags}}));

  EXPECT_THAT(box.ask({"memory_policy"}), Field("mode", MPOL_BIND | flag.flag));
}

CONFORMANCE_CASE(mempolicy, nodes_range, .clause = "config-linux.md#memory-policy", .level = descr,
                 .claim = "nodes may be a list of ranges", .features = {"memory_policy"},
                 .faults = {"set_memory_policy"}, .since = "1.3.0") {
  Serving box = serving(with_policy({{"mode", "MPOL_BIND"}, {"nodes", "0-0,0"}}));

  EXPECT_THAT(box.ask({"memory_policy"}), AllOf(Field("mode", MPOL_BIND), Field("nodes", 1)));
}

CONFORMANCE_CASE_FOR(mempolicy, refused, bad, kBadPolicies, .clause = "config.md#valid-values", .level = must,
                     .claim = "a memory policy that is not valid is an error of create or start",
                     .features = {"memory_policy"}, .faults = {"config:drop:/linux/memoryPolicy"}, .since = "1.3.0") {
  Container box = container(with_policy(bad.policy).args({"/probe", "true"}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof

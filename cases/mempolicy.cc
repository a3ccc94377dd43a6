// config-linux.md#memory-policy, of the specification's 1.3.0.
#include <linux/mempolicy.h>

#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

using testing::AllOf;

namespace {

Config with_policy(const Json& policy) {
  return Config::minimal({}).oci_version("1.3.0").set("/linux/memoryPolicy", policy);
}

struct Mode {
  std::string_view name;
  std::string_view word;
  int mode;
};
constexpr Mode kModesWithNodes[] = {{"bind", "MPOL_BIND", MPOL_BIND},
                                    {"interleave", "MPOL_INTERLEAVE", MPOL_INTERLEAVE},
                                    {"preferred", "MPOL_PREFERRED", MPOL_PREFERRED}};

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

CONFORMANCE_CASE_FOR(mempolicy, refused, bad, kBadPolicies, .clause = "config.md#valid-values", .level = must,
                     .claim = "a memory policy that is not valid is an error of create or start",
                     .features = {"memory_policy"}, .faults = {"config:drop:/linux/memoryPolicy"}, .since = "1.3.0") {
  Container box = container(with_policy(bad.policy).args({"/probe", "true"}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof

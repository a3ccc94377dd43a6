// Rules: which calls they are for.
#include <gmock/gmock.h>

#include <cerrno>

#include "cases/support/seccomp.h"
#include "harness/case.h"

namespace runproof {
namespace {

/// Which of getpriority(0), (1) and (2) is refused by the rule of `comparing`.
std::vector<int> refused_by(Serving& box) {
  std::vector<int> refused;
  for (int which = 0; which < 3; ++which) {
    const Json said = box.ask({"call", "getpriority", std::to_string(which)});
    if (said.at("raised") == EPERM) refused.push_back(which);
  }
  return refused;
}

Config comparing(const std::string& operation, int value, int value_two = 0) {
  return with_rule(
      {{"names", {"getpriority"}},
       {"action", "SCMP_ACT_ERRNO"},
       {"args", Json::array({{{"index", 0}, {"value", value}, {"valueTwo", value_two}, {"op", operation}}})}});
}

}  // namespace

CONFORMANCE_CASE(seccomp, op_ne, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_NE compares an argument: the rule is for calls that fit, and for no others",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args",
                            "config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\""}) {
  Serving box = serving(comparing("SCMP_CMP_NE", 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(0, 2));
}

CONFORMANCE_CASE(seccomp, op_lt, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_LT compares an argument: the rule is for calls that fit, and for no others",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args",
                            "config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\""}) {
  Serving box = serving(comparing("SCMP_CMP_LT", 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(0));
}

CONFORMANCE_CASE(seccomp, op_le, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_LE compares an argument: the rule is for calls that fit, and for no others",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args",
                            "config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\""}) {
  Serving box = serving(comparing("SCMP_CMP_LE", 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(0, 1));
}

CONFORMANCE_CASE(seccomp, op_eq, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_EQ compares an argument: the rule is for calls that fit, and for no others",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args",
                            "config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_NE\""}) {
  Serving box = serving(comparing("SCMP_CMP_EQ", 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(1));
}

CONFORMANCE_CASE(seccomp, op_ge, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_GE compares an argument: the rule is for calls that fit, and for no others",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args",
                            "config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\""}) {
  Serving box = serving(comparing("SCMP_CMP_GE", 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(1, 2));
}

CONFORMANCE_CASE(seccomp, op_gt, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_GT compares an argument: the rule is for calls that fit, and for no others",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args",
                            "config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\""}) {
  Serving box = serving(comparing("SCMP_CMP_GT", 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(2));
}

CONFORMANCE_CASE(seccomp, op_masked_eq, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_CMP_MASKED_EQ compares what a mask leaves of an argument with valueTwo",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/args/0/valueTwo=0",
                            "config:set:/linux/seccomp/syscalls/0/args/0/value=2"}) {
  Serving box = serving(comparing("SCMP_CMP_MASKED_EQ", 1, 1));

  EXPECT_THAT(refused_by(box), testing::ElementsAre(1));
}

CONFORMANCE_CASE(seccomp, multiple_names, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "a rule is for each of its names", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/names/0",
                            "config:drop:/linux/seccomp/syscalls/0/names/1"}) {
  Serving box = serving(with_rule({{"names", {"getpriority", "sched_yield"}}, {"action", "SCMP_ACT_ERRNO"}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EPERM));
  EXPECT_THAT(box.ask({"call", "sched_yield"}), Field("raised", EPERM));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, args_multi, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "a rule with several arguments is for calls that fit all of them",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/args/0",
                            "config:drop:/linux/seccomp/syscalls/0/args/1"}) {
  Config config = comparing("SCMP_CMP_EQ", 0);
  config.set("/linux/seccomp/syscalls/0/args/-", {{"index", 1}, {"value", 0}, {"op", "SCMP_CMP_EQ"}});
  Serving box = serving(config);

  EXPECT_THAT(box.ask({"call", "getpriority", "0", "0"}), Field("raised", EPERM));
  EXPECT_THAT(box.ask({"call", "getpriority", "0", "1"}), Field("raised", 0));
  EXPECT_THAT(box.ask({"call", "getpriority", "1", "0"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, nnp_false, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "the filter is loaded though the program may gain privileges",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp", "config:set:/process/noNewPrivileges=true"}) {
  Serving box = serving(
      with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}}).set("/process/noNewPrivileges", false));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EPERM));
  EXPECT_THAT(box.ask({"caps"}), testing::AllOf(Field("no_new_privileges", false), Field("seccomp", 2)));
}

CONFORMANCE_CASE(seccomp, empty, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "a filter that allows everything changes nothing", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_NONE\""}) {
  Serving box = serving(Config::minimal({}).set("/linux/seccomp", {{"defaultAction", "SCMP_ACT_ALLOW"}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, notify_ignored_without_action, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "listenerPath is ignored where no action is SCMP_ACT_NOTIFY",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_NOTIFY\""}) {
  Config config = with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}});
  config.set("/linux/seccomp/listenerPath", "/no/such/listener").set("/linux/seccomp/listenerMetadata", "of ours");
  Serving box = serving(config);

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EPERM));
}

}  // namespace runproof

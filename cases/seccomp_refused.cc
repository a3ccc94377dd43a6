// Filters that are refused.
#include <gmock/gmock.h>

#include "cases/support/seccomp.h"
#include "harness/case.h"

namespace runproof {

namespace {

const Json kNoErrno = {{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}};
const Json kArgument = {{"index", 0}, {"value", 1}, {"op", "SCMP_CMP_EQ"}};

Config with_changed(std::string_view pointer, Json value) {
  return with_rule(kNoErrno).args({"/probe", "true"}).set(pointer, std::move(value));
}

}  // namespace

CONFORMANCE_CASE(seccomp, default_missing, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "a filter without defaultAction is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ALLOW\""}) {
  EXPECT_THAT(container(with_rule(kNoErrno).args({"/probe", "true"}).drop("/linux/seccomp/defaultAction")).create(),
              FailsCleanly());
}

CONFORMANCE_CASE(seccomp, action_unknown, .clause = "config.md#valid-values", .level = must,
                 .claim = "an action that there is not is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/syscalls/0/action", "SCMP_ACT_NONE")).create(), FailsCleanly());
}

CONFORMANCE_CASE(seccomp, op_unknown, .clause = "config.md#valid-values", .level = must,
                 .claim = "an operator that there is not is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/args/0/op=\"SCMP_CMP_EQ\""}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/syscalls/0/args",
                                     Json::array({{{"index", 0}, {"value", 1}, {"op", "SCMP_CMP_NONE"}}})))
                  .create(),
              FailsCleanly());
}

CONFORMANCE_CASE(seccomp, arch_unknown, .clause = "config.md#valid-values", .level = must,
                 .claim = "an architecture that there is not is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/architectures"}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/architectures", Json::array({"SCMP_ARCH_NONE"}))).create(),
              FailsCleanly());
}

CONFORMANCE_CASE(seccomp, flags_unknown, .clause = "config.md#valid-values", .level = must,
                 .claim = "a flag that there is not is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/flags"}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/flags", Json::array({"SECCOMP_FILTER_FLAG_NONE"}))).create(),
              FailsCleanly());
}

CONFORMANCE_CASE(seccomp, args_invalid_index, .clause = "config.md#valid-values", .level = must,
                 .claim = "an argument beyond the sixth is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/args/0/index=0"}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/syscalls/0/args",
                                     Json::array({{{"index", 6}, {"value", 1}, {"op", "SCMP_CMP_EQ"}}})))
                  .create(),
              FailsCleanly());
}

CONFORMANCE_CASE(seccomp, names_empty, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "a rule for no call is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/names=[\"getpriority\"]"}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/syscalls/0/names", Json::array())).create(), FailsCleanly());
}

CONFORMANCE_CASE(seccomp, errno_unsupported_action, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "errnoRet with an action that gives no error is refused",
                 .needs = {need::root, need::seccomp}, .faults = {"config:drop:/linux/seccomp/syscalls/0/errnoRet"}) {
  Config config = with_changed("/linux/seccomp/syscalls/0/action", "SCMP_ACT_ALLOW");
  config.set("/linux/seccomp/syscalls/0/errnoRet", 77);

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(seccomp, errno_default_unsupported, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "defaultErrnoRet with a default action that gives no error is refused",
                 .needs = {need::root, need::seccomp}, .faults = {"config:drop:/linux/seccomp/defaultErrnoRet"}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/defaultErrnoRet", 77)).create(), FailsCleanly());
}

CONFORMANCE_CASE(seccomp, notify_metadata_without_path, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "listenerMetadata without listenerPath is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/listenerMetadata"}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/listenerMetadata", "of ours")).create(), FailsCleanly());
}

CONFORMANCE_CASE(seccomp, notify_no_path, .clause = "runtime.md#create", .level = must,
                 .claim = "SCMP_ACT_NOTIFY without listenerPath is refused", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""}) {
  EXPECT_THAT(container(with_changed("/linux/seccomp/syscalls/0/action", "SCMP_ACT_NOTIFY")).create(), FailsCleanly());
}

struct RuleMember {
  std::string_view name;
  std::string_view pointer;
};
constexpr RuleMember kRuleMembers[] = {{"names", "/linux/seccomp/syscalls/0/names"},
                                       {"action", "/linux/seccomp/syscalls/0/action"},
                                       {"arg_index", "/linux/seccomp/syscalls/0/args/0/index"},
                                       {"arg_value", "/linux/seccomp/syscalls/0/args/0/value"},
                                       {"arg_op", "/linux/seccomp/syscalls/0/args/0/op"}};

CONFORMANCE_CASE_FOR(
    seccomp, rule_required, required, kRuleMembers, .clause = "config-linux.md#seccomp", .level = must,
    .claim = "a rule without names or action, or with an argument without index, value or op, is refused",
    .needs = {need::root, need::seccomp}, .faults = {"config:set:/linux/seccomp/syscalls=[]"}) {
  Config config = with_changed("/linux/seccomp/syscalls/0/args", Json::array({kArgument}));

  EXPECT_THAT(container(config.drop(required.pointer)).create(), FailsCleanly());
}

}  // namespace runproof

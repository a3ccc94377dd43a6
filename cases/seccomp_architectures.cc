// Architectures and flags of a filter.
#include <gmock/gmock.h>

#include <cerrno>

#include "cases/support/seccomp.h"
#include "harness/case.h"

namespace runproof {
namespace {

const Json kRule = {{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 77}};

Config for_architectures(const std::vector<std::string>& names) {
  return with_rule(kRule).set("/linux/seccomp/architectures", names);
}

}  // namespace

CONFORMANCE_CASE(seccomp, arch_x86_64, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_X86_64: the filter is for the calls of 64-bit programs",
                 .needs = {need::root, need::seccomp, need::x86_64}, .features = {"seccomp.arch.SCMP_ARCH_X86_64"},
                 .faults = {"config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_X86_64"}));

  EXPECT_THAT(box.ask({"spawn", "/probe", "call", "getpriority"}),
              Field("out", "{\"verb\":\"call\",\"raised\":77}\n{\"done\":true}\n"));
}

CONFORMANCE_CASE(seccomp, arch_x86, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_X86: the filter is for calls by the 32-bit entry, too",
                 .needs = {need::root, need::seccomp, need::x86_64}, .features = {"seccomp.arch.SCMP_ARCH_X86"},
                 .faults = {"config:drop:/linux/seccomp/architectures/1", "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"}));

  EXPECT_THAT(box.ask({"spawn", "/probe", "call", "--i386", "getpriority"}),
              Field("out", "{\"verb\":\"call\",\"raised\":77}\n{\"done\":true}\n"));
}

CONFORMANCE_CASE(seccomp, arch_x32, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_X32: the filter is for calls by x32 numbers, too",
                 .needs = {need::root, need::seccomp, need::x86_64}, .features = {"seccomp.arch.SCMP_ARCH_X32"},
                 .faults = {"config:drop:/linux/seccomp/architectures/1", "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_X86_64", "SCMP_ARCH_X32"}));

  EXPECT_THAT(box.ask({"spawn", "/probe", "call", "--x32", "getpriority"}),
              Field("out", "{\"verb\":\"call\",\"raised\":77}\n{\"done\":true}\n"));
}

CONFORMANCE_CASE(seccomp, arch_arm, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_ARM is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_ARM"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_ARM"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, arch_aarch64, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_AARCH64 is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_AARCH64"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_AARCH64"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, arch_mipsel, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_MIPSEL is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_MIPSEL"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_MIPSEL"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, arch_mipsel64, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_MIPSEL64 is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_MIPSEL64"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_MIPSEL64"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, arch_mipsel64n32, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_MIPSEL64N32 is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_MIPSEL64N32"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_MIPSEL64N32"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, arch_ppc64le, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_PPC64LE is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_PPC64LE"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_PPC64LE"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, arch_riscv64, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ARCH_RISCV64 is taken; the rules for this machine stay in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.arch.SCMP_ARCH_RISCV64"},
                 .faults = {"config:set:/linux/seccomp/architectures/0=\"SCMP_ARCH_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(for_architectures({"SCMP_ARCH_RISCV64"}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, flag_tsync, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SECCOMP_FILTER_FLAG_TSYNC is taken, and the filter is in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.flag.SECCOMP_FILTER_FLAG_TSYNC"},
                 .faults = {"config:set:/linux/seccomp/flags/0=\"SECCOMP_FILTER_FLAG_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(with_rule(kRule).set("/linux/seccomp/flags", Json::array({"SECCOMP_FILTER_FLAG_TSYNC"})));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, flag_log, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SECCOMP_FILTER_FLAG_LOG is taken, and the filter is in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.flag.SECCOMP_FILTER_FLAG_LOG"},
                 .faults = {"config:set:/linux/seccomp/flags/0=\"SECCOMP_FILTER_FLAG_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(with_rule(kRule).set("/linux/seccomp/flags", Json::array({"SECCOMP_FILTER_FLAG_LOG"})));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, flag_spec_allow, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SECCOMP_FILTER_FLAG_SPEC_ALLOW is taken, and the filter is in force",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.flag.SECCOMP_FILTER_FLAG_SPEC_ALLOW"},
                 .faults = {"config:set:/linux/seccomp/flags/0=\"SECCOMP_FILTER_FLAG_NONE\"",
                            "config:drop:/linux/seccomp/syscalls"}) {
  Serving box = serving(with_rule(kRule).set("/linux/seccomp/flags", Json::array({"SECCOMP_FILTER_FLAG_SPEC_ALLOW"})));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

}  // namespace runproof

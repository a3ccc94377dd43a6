#include "reference_runtime/seccomp/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>

#include "base/sanitizer.h"
#include "reference_runtime/config/config.h"

namespace refrun {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Seccomp read(const std::string& json) {
  Problems problems;
  const auto document =
      base::Json{{"ociVersion", "1.3.0"}, {"root", {{"path", "r"}}}, {"linux", {{"seccomp", base::parse_json(json)}}}};
  const Config config = parse_config(document, problems);
  EXPECT_EQ(describe(problems), "");
  return config.linux_config.seccomp.value();
}

/// How a child ends that installs the filter and then does `act`: its wait status.
int run_filtered(const SeccompFilter& filter, const std::function<int()>& act) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (install_seccomp(filter.program.data(), static_cast<unsigned short>(filter.program.size()), filter.flags) < 0)
      ::_exit(99);
    ::syscall(SYS_exit_group, act());  // a sanitizer would have _exit make calls that the filter knows nothing of
  }
  int status = -1;
  ::waitpid(pid, &status, 0);
  return status;
}

/// errno of getppid with this first argument, which it ignores.
int errno_of_getppid(unsigned long argument = 0) { return ::syscall(SYS_getppid, argument) < 0 ? errno : 0; }

int exit_code(const std::string& json, const std::function<int()>& act) {
  const int status = run_filtered(compile_seccomp(read(json)), act);
  EXPECT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  return WEXITSTATUS(status);
}

int death_signal(const std::string& json) {
  const int status = run_filtered(compile_seccomp(read(json)), [] { return errno_of_getppid(); });
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(Seccomp, ErrnoIsEpermUnlessNamed) {
  const std::string head =
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO")";

  EXPECT_EQ(exit_code(head + "}]}", [] { return errno_of_getppid(); }), EPERM);
  EXPECT_EQ(exit_code(head + R"(, "errnoRet": 38}]})", [] { return errno_of_getppid(); }), ENOSYS);
  EXPECT_EQ(exit_code(head + R"(, "errnoRet": 0}]})", [] { return errno_of_getppid(); }), 0);
}

TEST(Seccomp, DefaultActionHoldsForTheRest) {
  const std::string allowed = R"(["exit_group", "exit"])";
  const std::string json = R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 5, "syscalls": [{"names": )" +
                           allowed + R"(, "action": "SCMP_ACT_ALLOW"}]})";

  EXPECT_EQ(exit_code(json, [] { return errno_of_getppid(); }), EIO);
}

TEST(Seccomp, ActionsThatEndTheProcess) {
  if (base::kSanitizerAddsThread) GTEST_SKIP() << "the sanitizer has a thread of its own";
  const auto with = [](const std::string& action) {
    return R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": ")" + action +
           R"("}]})";
  };

  for (const char* action : {"SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP"})
    EXPECT_EQ(death_signal(with(action)), SIGSYS) << action;
  EXPECT_EQ(death_signal(with("SCMP_ACT_LOG")), 0);
}

TEST(Seccomp, TraceWithoutATracerIsEnosys) {
  EXPECT_EQ(
      exit_code(
          R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_TRACE"}]})",
          [] { return errno_of_getppid(); }),
      ENOSYS);
}

struct Comparison {
  std::string op;
  unsigned long value;
  unsigned long value_two;
  unsigned long matching;
  unsigned long other;
};

class Operators : public testing::TestWithParam<Comparison> {};

TEST_P(Operators, DecideByTheArgument) {
  const Comparison& comparison = GetParam();
  const std::string json =
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO",
                           "args": [{"index": 0, "op": ")" +
      comparison.op + R"(", "value": )" + std::to_string(comparison.value) + R"(, "valueTwo": )" +
      std::to_string(comparison.value_two) + "}]}]}";

  EXPECT_EQ(exit_code(json, [&] { return errno_of_getppid(comparison.matching); }), EPERM);
  EXPECT_EQ(exit_code(json, [&] { return errno_of_getppid(comparison.other); }), 0);
}

constexpr unsigned long kLarge = 0x100000000UL;
INSTANTIATE_TEST_SUITE_P(All, Operators,
                         testing::Values(Comparison{"SCMP_CMP_NE", 7, 0, 8, 7}, Comparison{"SCMP_CMP_LT", 7, 0, 6, 7},
                                         Comparison{"SCMP_CMP_LE", 7, 0, 7, 8},
                                         Comparison{"SCMP_CMP_EQ", kLarge + 7, 0, kLarge + 7, 7},
                                         Comparison{"SCMP_CMP_GE", 7, 0, 7, 6},
                                         Comparison{"SCMP_CMP_GT", kLarge, 0, kLarge + 1, 9},
                                         Comparison{"SCMP_CMP_MASKED_EQ", 0xf0, 0x30, 0x35, 0x45}),
                         [](const auto& test) { return test.param.op; });

TEST(Seccomp, SeveralArgumentsMustAllMatch) {
  const std::string json =
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO",
      "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1}, {"index": 1, "op": "SCMP_CMP_EQ", "value": 2}]}]})";
  const auto call = [](long one, long two) { return ::syscall(SYS_getppid, one, two) < 0 ? errno : 0; };

  EXPECT_EQ(exit_code(json, [&] { return call(1, 2); }), EPERM);
  EXPECT_EQ(exit_code(json, [&] { return call(1, 3); }), 0);
}

TEST(Seccomp, OneArgumentTwiceMatchesEither) {
  const std::string json =
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO",
      "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1}, {"index": 0, "op": "SCMP_CMP_EQ", "value": 2}]}]})";

  EXPECT_EQ(exit_code(json, [] { return errno_of_getppid(1); }), EPERM);
  EXPECT_EQ(exit_code(json, [] { return errno_of_getppid(2); }), EPERM);
  EXPECT_EQ(exit_code(json, [] { return errno_of_getppid(3); }), 0);
}

TEST(Seccomp, NotifyGivesAListener) {
  const SeccompFilter filter = compile_seccomp(read(
      R"({"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_TSYNC"], "listenerPath": "/x",
          "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_NOTIFY"}]})"));
  EXPECT_TRUE(filter.notifies);

  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const int listener =
        install_seccomp(filter.program.data(), static_cast<unsigned short>(filter.program.size()), filter.flags);
    ::_exit(listener > 2 ? 0 : 1);
  }
  int status = -1;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Seccomp, UnknownSystemCallsAreLeftOutWithAWarning) {
  const SeccompFilter filter = compile_seccomp(read(
      R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["teleport", "getppid"], "action": "SCMP_ACT_ERRNO"}]})"));

  ASSERT_EQ(filter.warnings.size(), 1U);
  EXPECT_THAT(filter.warnings.front(), HasSubstr("teleport"));
}

TEST(Seccomp, RulesThatRepeatTheDefaultAreNoError) {
  const SeccompFilter filter = compile_seccomp(read(
      R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]})"));

  EXPECT_THAT(filter.warnings, IsEmpty());
}

TEST(Seccomp, ForeignArchitecturesAreAdded) {
  const SeccompFilter one = compile_seccomp(
      read(R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO"}]})"));
  const SeccompFilter three = compile_seccomp(read(
      R"({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
               "syscalls": [{"names": ["getppid"], "action": "SCMP_ACT_ERRNO"}]})"));

  EXPECT_GT(three.program.size(), one.program.size());
}

TEST(Seccomp, ArchitectureThatLibseccompLacksIsAnError) {
  EXPECT_THROW(
      (void)compile_seccomp(read(R"({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_SHEB"]})")),
      SeccompError);
}

TEST(Seccomp, FeaturesNameWhatWorks) {
  EXPECT_THAT(seccomp_architectures(), Contains("SCMP_ARCH_X86_64"));
  EXPECT_THAT(seccomp_architectures(), Contains("SCMP_ARCH_S390X"));
  EXPECT_THAT(seccomp_supported_flags(), Contains("SECCOMP_FILTER_FLAG_LOG"));
  EXPECT_EQ(seccomp_actions().size(), 9U);
  EXPECT_EQ(seccomp_operators().size(), 7U);
  EXPECT_EQ(seccomp_known_flags().size(), 4U);
}

}  // namespace
}  // namespace refrun

// Guests that go wrong, with a program in QEMU's place that does what a QEMU with such a guest does.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "harness/lane/lane.h"
#include "harness/lane/qemu.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kFakeQemu = R"(#!/bin/sh
for word in "$@"; do
  case $word in
    file:*) console=${word#file:} ;;
    local,path=*,mount_tag=share,*) share=${word#local,path=} share=${share%%,*} ;;
  esac
done
echo $$ >"$0.pid"
)";
constexpr std::string_view kFakeAptCache = "#!/bin/sh\necho '  Depends: linux-image-fake'\n";

class Guest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/sbin/mke2fs", X_OK) != 0) GTEST_SKIP() << "mke2fs (package e2fsprogs)";
    for (const char* below : {"bin", "share", "cache/linux-image-fake/lib/modules/fake/kernel"})
      fs::create_directories(folder_ / below);
    std::string built_in;
    for (const std::string& module : guest_modules()) built_in += module + ".ko\n";
    base::write_file(folder_ / "cache/linux-image-fake/lib/modules/fake/modules.builtin", built_in);
    base::write_file(folder_ / "cache/linux-image-fake/complete", "");
    base::write_file(folder_ / "init", "");
    put_program("apt-cache", kFakeAptCache);
    path_ = std::getenv("PATH");
    ::setenv("PATH", fmt::format("{}:{}", (folder_ / "bin").string(), path_).c_str(), 1);
  }
  void TearDown() override {
    if (!path_.empty()) ::setenv("PATH", path_.c_str(), 1);
    fs::remove_all(folder_);
  }

  void put_program(const char* name, std::string_view text) {
    const fs::path file = folder_ / "bin" / name;
    base::write_file(file, text);
    ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
  }

  /// Boots the "guest", which does as `script` says: $console and $share are what QEMU was told.
  GuestEnd boot(std::string_view script, int stop_fd = -1) {
    put_program("qemu-system-x86_64", std::string(kFakeQemu) + std::string(script));
    const GuestJob job{.argv = {"/bin/true"},
                       .cwd = "/",
                       .guest_init = folder_ / "init",
                       .cache = folder_ / "cache",
                       .share = folder_ / "share",
                       .boot_silence = std::chrono::seconds(1),
                       .job_silence = std::chrono::seconds(1)};
    return run_guest(job, stop_fd, [this](std::string_view text) { said_ += text; });
  }
  [[nodiscard]] bool qemu_is_gone() const {
    return ::kill(std::stoi(base::read_file(folder_ / "bin/qemu-system-x86_64.pid")), 0) != 0;
  }

  fs::path folder_ = fs::path(testing::TempDir()) / fmt::format("guest_test_{}", ::getpid());
  std::string path_;
  std::string said_;
};

TEST_F(Guest, HandsOnWhatTheLogSaysAndHowTheJobEnded) {
  const GuestEnd end =
      boot("echo one >$share/log.jsonl; echo two >>$share/log.jsonl; echo oops >$share/stderr; printf 7 >$share/exit");

  EXPECT_EQ(end.exit, 7);
  EXPECT_EQ(said_, "one\ntwo\n");
  EXPECT_EQ(end.err, "oops\n");
  EXPECT_FALSE(end.silent || end.stopped);
}

TEST_F(Guest, ThatPanicsHasNoExitAndShowsItsConsole) {
  const GuestEnd end = boot("echo 'Kernel panic - not syncing' >$console; echo half >$share/log.jsonl");

  EXPECT_EQ(end.exit, std::nullopt);
  EXPECT_THAT(end.console, HasSubstr("Kernel panic"));
}

TEST_F(Guest, ThatPanicsShowsWhyBeforeItsRegisters) {
  const GuestEnd end = boot(
      "{ echo before; echo 'Kernel panic - not syncing: sysrq triggered crash'; echo 'Call Trace:'; seq 100; } "
      ">$console");

  EXPECT_THAT(end.console, HasSubstr("sysrq triggered crash\nCall Trace:\n1\n"));
  EXPECT_THAT(end.console, Not(HasSubstr("before")));
  EXPECT_THAT(end.console, Not(HasSubstr("100")));
}

TEST_F(Guest, WhoseQemuIsStoppedIsEnded) {
  const GuestEnd end = boot("echo 1 >$share/scale; echo one >$share/log.jsonl; kill -STOP $$");

  EXPECT_TRUE(end.silent);
  EXPECT_EQ(said_, "one\n");
  EXPECT_TRUE(qemu_is_gone());
}

TEST_F(Guest, WhoseQemuIsKilledHasNoExit) {
  const GuestEnd end = boot("echo booting >$console; kill -KILL $$");

  EXPECT_EQ(end.exit, std::nullopt);
  EXPECT_THAT(end.console, HasSubstr("booting"));
  EXPECT_THAT(end.console, HasSubstr("ended by signal 9"));
}

TEST_F(Guest, WhoseQemuDoesNotStartSaysWhy) {
  const GuestEnd end = boot("echo 'qemu: no such machine' >&2; exit 1");

  EXPECT_EQ(end.exit, std::nullopt);
  EXPECT_THAT(end.console, HasSubstr("no such machine"));
}

TEST_F(Guest, ThatFallsSilentIsEnded) {
  const GuestEnd end = boot("echo stuck >$console; echo one >$share/log.jsonl; exec tail -f /dev/null");

  EXPECT_TRUE(end.silent);
  EXPECT_EQ(end.exit, std::nullopt);
  EXPECT_EQ(said_, "one\n");
  EXPECT_THAT(end.console, HasSubstr("stuck"));
  EXPECT_TRUE(qemu_is_gone());
}

TEST_F(Guest, ThatShowsProgressOnItsConsoleMayTakeItsTime) {
  const GuestEnd end =
      boot("for step in 1 2 3; do timeout 0.7 tail -f /dev/null; echo $step >>$console; done; printf 0 >$share/exit");

  EXPECT_FALSE(end.silent);
  EXPECT_EQ(end.exit, 0);
}

TEST_F(Guest, ThatFoundItselfSlowerMayBeSilentForLonger) {
  const GuestEnd end =
      boot("echo 4 >$share/scale; echo one >$share/log.jsonl; timeout 2 tail -f /dev/null; printf 0 >$share/exit");

  EXPECT_FALSE(end.silent);
  EXPECT_EQ(end.exit, 0);
}

TEST_F(Guest, WhoseConsoleGoesOnWhileItsJobSaysNothingIsEnded) {
  const GuestEnd end = boot(
      "echo 1 >$share/scale; echo one >$share/log.jsonl; while :; do timeout 0.3 tail -f /dev/null; echo . >>$console; "
      "done");

  EXPECT_TRUE(end.silent);
  EXPECT_EQ(said_, "one\n");
}

TEST_F(Guest, ThatHangsWhileItBootsIsEnded) {
  const GuestEnd end = boot("exec tail -f /dev/null");

  EXPECT_TRUE(end.silent);
  EXPECT_EQ(end.silence, std::chrono::seconds(1));
  EXPECT_TRUE(qemu_is_gone());
}

TEST_F(Guest, WhoseKernelIsKnownDoesNotAskAptAgainUntilItsListsChange) {
  if (!fs::exists("/var/lib/apt/lists")) GTEST_SKIP() << "no apt";
  boot("printf 0 >$share/exit");
  put_program("apt-cache", "#!/bin/sh\nexit 1\n");

  EXPECT_EQ(boot("printf 0 >$share/exit").exit, 0);
  fs::last_write_time(folder_ / "cache/newest", fs::file_time_type::min());
  EXPECT_THROW(boot("printf 0 >$share/exit"), Unavailable);
}

TEST_F(Guest, IsEndedOnRequest) {
  const auto stop = base::make_pipe();
  base::write_all(stop.second.get(), "x");
  const GuestEnd end = boot("exec tail -f /dev/null", stop.first.get());

  EXPECT_TRUE(end.stopped);
  EXPECT_EQ(end.exit, std::nullopt);
}

TEST_F(Guest, WithAFullDiskThatCannotSayHowItEndedHasNoExit) {
  const GuestEnd end = boot("echo 'write: No space left on device' >$console; : >$share/exit");

  EXPECT_EQ(end.exit, std::nullopt);
  EXPECT_THAT(end.console, HasSubstr("No space left"));
}

}  // namespace
}  // namespace runproof

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <map>
#include <thread>

#include "base/deadline.h"
#include "base/entries.h"
#include "base/file.h"
#include "base/json.h"
#include "base/pidfd.h"
#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesOnScopeExit) {
  int number = -1;
  {
    const FdPair pipe = make_pipe();
    number = pipe.first.get();
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueFd, MoveAssignOverLiveClosesTheOldOne) {
  FdPair pipe = make_pipe();
  const int old_one = pipe.first.get();
  const int kept = pipe.second.get();
  pipe.first = std::move(pipe.second);
  EXPECT_FALSE(is_open(old_one));
  EXPECT_EQ(pipe.first.get(), kept);
  EXPECT_FALSE(pipe.second.valid());
}

TEST(UniqueFd, SelfMoveKeepsIt) {
  FdPair pipe = make_pipe();
  UniqueFd& alias = pipe.first;
  pipe.first = std::move(alias);
  EXPECT_TRUE(is_open(pipe.first.get()));
}

TEST(UniqueFd, EverythingIsBornCloexec) {
  const FdPair pair = make_socket_pair(SOCK_SEQPACKET);
  EXPECT_EQ(::fcntl(pair.first.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(::fcntl(duplicate(pair.first.get()).get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Deadline, LeftNeverGoesBelowZero) {
  EXPECT_EQ(Deadline::in(std::chrono::seconds(-1)).left().count(), 0);
  EXPECT_TRUE(Deadline::in(std::chrono::seconds(-1)).passed());
  EXPECT_EQ(Deadline::never().poll_timeout(), -1);
}

TEST(Deadline, PollTimeoutRoundsUpSoThatPollDoesNotSpin) {
  EXPECT_GE(Deadline::in(std::chrono::microseconds(900'300)).poll_timeout(), 1);
}

TEST(Pidfd, ReadableWhenTheProcessEnds) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const auto pidfd = open_pidfd(child);
  ASSERT_TRUE(pidfd.has_value());
  EXPECT_FALSE(wait_ended(*pidfd, Deadline::in(std::chrono::nanoseconds::zero())));
  EXPECT_TRUE(send_signal(*pidfd, SIGKILL));
  EXPECT_TRUE(wait_ended(*pidfd, Deadline::in(std::chrono::seconds(10))));
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(send_signal(*pidfd, SIGKILL));
  EXPECT_EQ(open_pidfd(child), std::nullopt);
}

TEST(Pidfd, ANumberThatOnlyASessionStillHasIsNoProcess) {
  const pid_t leader = ::fork();
  if (leader == 0) {
    ::setsid();
    const pid_t member = ::fork();
    if (member == 0) ::pause();
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(leader, nullptr, 0), leader);
  const ScopeExit end_member([&] { ::kill(-leader, SIGKILL); });

  EXPECT_EQ(open_pidfd(leader), std::nullopt);
}

TEST(Pidfd, AThreadIsNoProcess) {
  std::promise<pid_t> id;
  std::promise<void> done;
  std::thread thread([&] {
    id.set_value(::gettid());
    done.get_future().wait();
  });
  const ScopeExit end([&] {
    done.set_value();
    thread.join();
  });

  EXPECT_EQ(open_pidfd(id.get_future().get()), std::nullopt);
}

TEST(Pidfd, WhatCanBeNoNumberIsAnError) { EXPECT_THROW(static_cast<void>(open_pidfd(0)), SysError); }

TEST(File, RoundTripAndAbsence) {
  const std::string path = testing::TempDir() + "base_test_" + std::to_string(::getpid());
  const ScopeExit gone([&] { ::unlink(path.c_str()); });
  EXPECT_EQ(read_file_if_there(path), std::nullopt);
  write_file_atomically(path, "one");
  EXPECT_EQ(read_file(path), "one");
  EXPECT_THAT(read_file("/proc/self/status"), HasSubstr("Threads:"));
  EXPECT_THROW(write_control(path + "/x", "1"), SysError);
}

/// Of many names, so that they come in several pieces.
class Entries : public testing::Test {
 protected:
  Entries() {
    for (int number = 0; number < kFiles; ++number)
      write_file(directory_ / ("a_rather_long_name_" + std::to_string(number)), "");
    std::filesystem::create_directory(directory_ / "folder");
  }
  Entries(const Entries&) = delete;
  Entries& operator=(const Entries&) = delete;
  ~Entries() override { std::filesystem::remove_all(directory_); }

  static constexpr int kFiles = 1000;
  std::string template_ = "/tmp/base-entries-XXXXXX";
  std::filesystem::path directory_ = ::mkdtemp(template_.data());
  UniqueFd open_ = open_file(directory_, O_RDONLY | O_DIRECTORY);
};

TEST_F(Entries, EachComesOnceWithItsType) {
  std::map<std::string, unsigned char> seen;
  EXPECT_TRUE(for_each_entry(open_.get(), [&](const char* name, unsigned char type) {
    EXPECT_TRUE(seen.emplace(name, type).second) << name;
  }));
  EXPECT_EQ(seen.size(), kFiles + 1U);
  EXPECT_EQ(seen["folder"], DT_DIR);
  EXPECT_EQ(seen["a_rather_long_name_7"], DT_REG);
}

TEST_F(Entries, MayBeRemovedOnTheWay) {
  EXPECT_TRUE(for_each_entry(open_.get(), [&](const char* name, unsigned char type) {
    EXPECT_EQ(::unlinkat(open_.get(), name, type == DT_DIR ? AT_REMOVEDIR : 0), 0) << name;
  }));
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(Entries, WhatIsNoDirectoryHasNone) {
  const UniqueFd file = open_file(directory_ / "a_rather_long_name_7", O_RDONLY);
  EXPECT_FALSE(for_each_entry(file.get(), [](const char* name, unsigned char) { ADD_FAILURE() << name; }));
  EXPECT_EQ(errno, ENOTDIR);
}

TEST(Json, RefusesWhatTheSpecForbids) {
  EXPECT_EQ(parse_json(R"({"a":18446744073709551615})")["a"].get<std::uint64_t>(), 18446744073709551615U);
  EXPECT_THROW(parse_json(R"({"a":1,"a":2})"), JsonError);
  EXPECT_NO_THROW(parse_json(R"({"a":{"b":1},"c":{"b":1}})"));
  EXPECT_THROW(parse_json("{\"a\":\"\xff\"}"), JsonError);
  EXPECT_THROW(parse_json("{} x"), JsonError);
  EXPECT_THROW(parse_json(""), JsonError);
  EXPECT_THROW(parse_json(std::string(100'000, '[')), JsonError);
}

TEST(Json, PointersAreEscaped) {
  EXPECT_EQ(json_pointer("/linux", "a/b~c"), "/linux/a~1b~0c");
  EXPECT_EQ(json_pointer("/mounts", 3), "/mounts/3");
}

TEST(Text, SplitAndWords) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(split("", ','), ElementsAre());
  EXPECT_THAT(words("  a \t b\n"), ElementsAre("a", "b"));
  EXPECT_EQ(trim(" x \n"), "x");
}

TEST(Text, NumbersAreWholeOrNothing) {
  EXPECT_EQ(to_number("42"), 42);
  EXPECT_EQ(to_number("42x"), std::nullopt);
  EXPECT_EQ(to_number(""), std::nullopt);
}

TEST(Text, ShellQuoting) { EXPECT_EQ(shell_line({"run", "kill.*", "it's"}), R"(run 'kill.*' 'it'\''s')"); }

TEST(Text, Globs) {
  EXPECT_TRUE(glob_match("kill.*", "kill.stopped"));
  EXPECT_TRUE(glob_match("*.s?opped*", "kill.stopped"));
  EXPECT_FALSE(glob_match("kill", "kill.stopped"));
  EXPECT_TRUE(glob_match("*", ""));
}

TEST(SysError, NamesErrno) {
  EXPECT_EQ(errno_name(ENOENT), "ENOENT");
  EXPECT_EQ(errno_name(99999), "errno 99999");
  EXPECT_EQ(fmt::format("{}", 1.5), "1.5");
}

}  // namespace
}  // namespace base

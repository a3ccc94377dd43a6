// What runtimes fill in where config.json is silent: HOME, the working directory, who owns the standard streams.
#include <fmt/format.h>
#include <linux/keyctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/file.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::AllOf;
using testing::Contains;
using testing::Not;
using testing::StartsWith;

namespace {

constexpr std::string_view kPasswd = "root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000::/home/worker:/bin/sh\n";

using Variables = std::vector<std::string>;

/// The environment of a program in a root file system with an /etc/passwd.
Variables environment_of(Container& box) {
  std::filesystem::create_directories(box.bundle().file("etc"));
  base::write_file(box.bundle().file("etc/passwd"), kPasswd);
  return told(box, "env").at("env").get<Variables>();
}

/// Of what the link leads to; nullopt where it leads nowhere.
std::optional<uid_t> owner_of(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return info.st_uid;
}

}  // namespace

struct Home {
  std::string_view name;
  int uid;
  Variables given;
  std::string_view home;
};
const Home kHomes[] = {{"root", 0, {}, "HOME=/root"},
                       {"user", 1000, {}, "HOME=/home/worker"},
                       {"empty", 1000, {"HOME="}, "HOME=/home/worker"},
                       {"unknown_uid", 4321, {}, "HOME=/"}};

CONFORMANCE_CASE_FOR(process, env_home_default, home, kHomes, .clause = "config.md#process", .level = cli,
                     .claim = "where env has no HOME, or an empty one, it is that of the user in /etc/passwd, or /",
                     .needs = {need::root}, .faults = {"home_dropped", "complete_environment"}) {
  Container box = container(Config::minimal({"/probe", "env"}).user(home.uid, home.uid).env(home.given));

  const Variables env = environment_of(box);

  EXPECT_THAT(env, Contains(std::string{home.home}));
  EXPECT_THAT(env, Contains(StartsWith("HOME=")).Times(1));
}

CONFORMANCE_CASE(process, env_home_kept, .clause = "config.md#process", .level = cli, .claim = "a HOME of env is kept",
                 .faults = {"env_dropped"}) {
  Container box = container(Config::minimal({"/probe", "env"}).env({"HOME=/elsewhere"}));

  EXPECT_THAT(environment_of(box), AllOf(Contains("HOME=/elsewhere"), Not(Contains("HOME=/root"))));
}

CONFORMANCE_CASE(process, cwd_missing_created, .clause = "config.md#process", .level = cli,
                 .claim = "a working directory that is missing is made", .faults = {"create_cwd"}) {
  Serving box = serving(Config::minimal({}).cwd("/made/for/it"));

  EXPECT_THAT(box.ask({"cwd"}), Field("cwd", "/made/for/it"));
}

CONFORMANCE_CASE(process, user_stdio_chown, .clause = "config.md#posix-platform-user", .level = cli,
                 .claim = "pipes and files on the standard streams belong to the program's user", .needs = {need::root},
                 .faults = {"own_standard_streams"}) {
  Serving box = serving(Config::minimal({}).user(1000, 1000));

  EXPECT_EQ(owner_of(fmt::format("/proc/{}/fd/1", box.pid())), 1000u);
  EXPECT_EQ(owner_of(fmt::format("/proc/{}/fd/2", box.pid())), 1000u);
}

CONFORMANCE_CASE(process, keyring_new_session, .clause = "config.md#process", .level = cli,
                 .claim = "the program has a session keyring of its own, not its caller's", .faults = {"new_keyring"}) {
  const long ours = ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);

  const Json once = ask(Config::minimal({}), {"/probe", "keyring"});
  const Json twice = ask(Config::minimal({}), {"/probe", "keyring"});

  EXPECT_NE(once.at("session").get<long>(), ours);
  EXPECT_NE(once.at("session"), twice.at("session"));
}

}  // namespace runproof

// refrun killed, or out of disk, descriptors or memory, at each of its named steps.

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "base/file.h"
#include "base/json.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace refrun {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

std::vector<char*> c_strings(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

/// A child, with its standard output and error in `out`.
pid_t spawn(std::vector<std::string> argv, std::vector<std::string> environment, const fs::path& out) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, argv[0].c_str(), &actions, nullptr, c_strings(argv).data(), c_strings(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw base::SysError("run " + argv[0], error);
  return pid;
}

/// The next child that has ended or stopped; nullopt when there are no children. Reaps the ended.
std::optional<siginfo_t> next_event() {
  siginfo_t info{};
  while (::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED) != 0) {
    if (errno == ECHILD) return std::nullopt;
    if (errno != EINTR) throw base::SysError("waitid");
  }
  return info;
}

/// What `refrun-sabotage faults` says of steps and points.
std::vector<base::Json> all_steps() {
  const fs::path out = fs::temp_directory_path() / ("survival-steps-" + std::to_string(::getpid()));
  const pid_t lister = spawn({SABOTAGE, "faults"}, {}, out);
  ::waitpid(lister, nullptr, 0);
  const base::Json list = base::parse_json(base::read_file(out));
  fs::remove(out);
  std::vector<base::Json> steps;
  for (const auto& entry : list) {
    if (entry.at("kind") != "fault") steps.push_back(entry);
  }
  return steps;
}

std::vector<std::string> names(const std::vector<base::Json>& steps, bool (*wanted)(const base::Json&)) {
  std::vector<std::string> out;
  for (const base::Json& step : steps) {
    if (wanted(step)) out.push_back(step.at("name"));
  }
  return out;
}

/// Steps that no bundle below gets to, and why.
const std::set<std::string> kNotHere = {
    "set_security_labels",  // wants AppArmor or SELinux
    "drop_sys_admin",       // a Wasm module under seccomp
    "move_net_devices",     // wants a network device to give away
    "adopt_into_scope",     // wants systemd
    "make_rdt_groups",      // wants resctrl
    "join_rdt_groups",      // wants resctrl
    "remove_rdt_groups",    // wants resctrl
};

/// Of these steps `run` makes all in its own process, where we see it stop; init is its child, not ours.
bool is_of_run(const base::Json& step) {
  const std::string description = step.at("description");
  return description.starts_with("create: ") || description.starts_with("start: ") ||
         description.starts_with("delete: ");
}

/// Steps of those that no `run` gets to: what `create` has for others, or ends a container that still runs.
const std::set<std::string> kNotInRun = {"write_pid_file"};

/// Steps of `exec` in its new process. That is no child of ours: nothing would tell us that it has stopped.
const std::set<std::string> kOnlyInExec = {"enter_root", "report_before_program"};

enum class Kind { plain, user, terminal };
constexpr Kind kKinds[] = {Kind::plain, Kind::user, Kind::terminal};

/// Everything that `create` can be asked for, and no PID namespace: only so can init be stopped.
base::Json config_of(Kind kind) {
  base::Json config = base::Json::parse(R"({
    "ociVersion": "1.2.0", "root": {"path": "rootfs", "readonly": true}, "hostname": "box", "domainname": "example",
    "process": {"cwd": "/made", "user": {"uid": 0, "gid": 0, "umask": 18}, "args": ["/probe", "pause"], "noNewPrivileges": true,
      "oomScoreAdj": 100, "rlimits": [{"type": "RLIMIT_CORE", "soft": 0, "hard": 0}],
      "scheduler": {"policy": "SCHED_OTHER", "nice": 19}, "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 4}},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
               {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"]},
               {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666"]}],
    "linux": {"namespaces": [{"type": "mount"}, {"type": "uts"}, {"type": "ipc"}, {"type": "network"}, {"type": "cgroup"}],
      "maskedPaths": ["/proc/keys"], "readonlyPaths": ["/proc/sys"], "rootfsPropagation": "slave",
      "sysctl": {"net.ipv4.ip_forward": "0"}, "personality": {"domain": "LINUX"},
      "memoryPolicy": {"mode": "MPOL_LOCAL", "nodes": ""},
      "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}, "resources": {"pids": {"limit": 50}}}})");
  for (const char* hook : {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"}) {
    const bool inside = std::string_view(hook) == "startContainer";
    config["hooks"][hook] = {{{"path", inside ? "/probe" : "/bin/true"}, {"args", {"probe", "true"}}}};
  }
  if (kind == Kind::user) {
    const base::Json ids = {{{"containerID", 0}, {"hostID", 0}, {"size", 65536}}};
    for (const char* type : {"user", "time"}) config["linux"]["namespaces"].push_back({{"type", type}});
    config["linux"]["uidMappings"] = ids;
    config["linux"]["gidMappings"] = ids;
    config["linux"]["timeOffsets"] = {{"monotonic", {{"secs", 1}}}};
    // A procfs belongs to its PID namespace, and this user namespace owns none.
    config["mounts"][0] = {{"destination", "/proc"}, {"type", "none"}, {"source", "/proc"}, {"options", {"rbind"}}};
  }
  if (kind == Kind::terminal) config["process"]["terminal"] = true;
  if (kind == Kind::plain) {
    config["linux"]["namespaces"][2]["path"] = "/proc/self/ns/ipc";
    config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}, {"umask", 18}};
  }
  return config;
}

/// One container's bundle, state root and whereabouts.
class Site {
 public:
  explicit Site(Kind kind, const char* payload = "pause") {
    static int made = 0;
    id_ = fmt::format("survival-{}-{}", ::getpid(), ++made);
    path_ = fs::temp_directory_path() / id_;
    for (const char* directory : {"rootfs/proc", "rootfs/dev", "rootfs/made"})
      fs::create_directories(path_ / directory);
    fs::create_hard_link(probe(), path_ / "rootfs/probe");
    base::Json config = config_of(kind);
    config["process"]["args"][1] = payload;
    base::write_file(path_ / "config.json", config.dump());
    if (kind == Kind::terminal) listen_for_console();
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  ~Site() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  /// The command line of a verb of kVerbs, or "delete --force".
  [[nodiscard]] std::vector<std::string> words(const std::string& verb) const {
    std::vector<std::string> out{"--root", (path_ / "state").string()};
    for (const std::string_view word : base::words(verb)) out.emplace_back(word);
    if (verb == "create") {
      // A sibling is our child: its stopping is an event for us.
      out.insert(out.end(), {"--sibling", "--bundle", path_.string(), "--pid-file", (path_ / "pid").string()});
      if (console_.valid()) out.insert(out.end(), {"--console-socket", (path_ / "console").string()});
    }
    if (verb == "run") out.insert(out.end(), {"--bundle", path_.string()});
    if (verb == "update") out.insert(out.end(), {"--pids-limit", "40"});
    out.push_back(id_);
    if (verb == "exec") out.insert(out.end(), {"/probe", "true"});
    if (verb == "kill") out.emplace_back("KILL");
    return out;
  }
  [[nodiscard]] fs::path output() const { return path_ / "output"; }
  [[nodiscard]] fs::path state() const { return path_ / "state" / id_; }

  /// Every trace of the container on this machine but its bundle: state, cgroups, mounts.
  [[nodiscard]] std::vector<std::string> traces() const {
    std::vector<std::string> found;
    std::error_code ignored;
    if (fs::exists(path_ / "state" / id_, ignored)) found.push_back("its state directory");
    const auto options = fs::directory_options::skip_permission_denied;
    for (auto at = fs::recursive_directory_iterator("/sys/fs/cgroup", options, ignored);
         at != fs::recursive_directory_iterator(); at.increment(ignored)) {
      if (!at->is_directory(ignored)) continue;
      if (at->path().filename().string().find(id_) != std::string::npos) found.push_back(at->path());
    }
    const std::string mounts = base::read_file("/proc/self/mountinfo");
    for (const std::string_view line : base::split(mounts, '\n')) {
      if (line.find(id_) != std::string_view::npos) found.emplace_back(line);
    }
    return found;
  }

 private:
  /// One copy for all: a link costs nothing.
  static const fs::path& probe() {
    static const struct Copy {
      Copy() { fs::copy_file(PROBE, path, fs::copy_options::overwrite_existing); }
      ~Copy() { fs::remove(path, error); }
      fs::path path = fs::temp_directory_path() / ("survival-probe-" + std::to_string(::getpid()));
      std::error_code error;
    } copy;
    return copy.path;
  }

  void listen_for_console() {
    console_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (path_ / "console").string().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(console_.get(), generic, sizeof address) != 0 || ::listen(console_.get(), 4) != 0) {
      throw base::SysError("listen for the console");
    }
  }

  std::string id_;
  fs::path path_;
  base::UniqueFd console_;
};

enum class End { succeeded, failed, stopped };

/// Runs a verb until it ends, or it or init stops, as REFRUN_SABOTAGE says. What stopped stays, refrun is killed.
End run(const Site& site, const std::string& verb, const std::string& sabotage) {
  std::vector<std::string> argv = site.words(verb);
  argv.insert(argv.begin(), SABOTAGE);
  const pid_t refrun = spawn(std::move(argv), {"REFRUN_SABOTAGE=" + sabotage}, site.output());
  bool stopped = false;
  for (;;) {
    const auto event = next_event();
    if (!event) throw std::runtime_error("lost " + verb);
    if (event->si_code == CLD_STOPPED) {
      stopped = true;
      ::kill(refrun, SIGKILL);
    } else if (event->si_pid == refrun) {
      if (stopped) return End::stopped;
      return event->si_code == CLD_EXITED && event->si_status == 0 ? End::succeeded : End::failed;
    }
  }
}

/// What the shipped refrun's `delete --force` says when it fails, or "".
std::string delete_by_force(const Site& site) {
  std::vector<std::string> argv = site.words("delete --force");
  argv.insert(argv.begin(), REFRUN);
  const pid_t refrun = spawn(std::move(argv), {}, site.output());
  for (;;) {
    const auto event = next_event();
    if (!event) throw std::runtime_error("lost delete");
    if (event->si_pid != refrun || event->si_code == CLD_STOPPED) continue;
    return event->si_code == CLD_EXITED && event->si_status == 0 ? "" : "failed: " + base::read_file(site.output());
  }
}

/// Waits for the end of all processes that are left: they are ours, for we are their subreaper. One that never ends
/// runs into the test's time limit.
void await_no_children() {
  while (next_event()) {
  }
}

constexpr const char* kVerbs[] = {"create", "start", "exec", "update", "pause", "resume", "kill", "delete"};

class Survival : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ASSERT_EQ(::geteuid(), 0U);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::umask(022);
  }
};

/// Whether the step was reached. Kills refrun there, and looks what `delete --force` leaves.
bool survives_kill(Kind kind, const std::string& step) {
  const Site site(kind);
  bool reached = false;
  for (const std::string verb : kVerbs) {
    const bool watched = verb != "exec";  // see kOnlyInExec
    const End end = run(site, verb, watched ? "stop_at:" + step : "");
    EXPECT_NE(end, End::failed) << verb << ": " << base::read_file(site.output());
    reached = end == End::stopped;
    if (end != End::succeeded) break;
  }
  EXPECT_EQ(delete_by_force(site), "");
  await_no_children();
  EXPECT_THAT(site.traces(), IsEmpty());
  return reached;
}

TEST_P(Survival, KilledAtThisStepItCanBeDeleted) {
  bool reached = false;
  for (const Kind kind : kKinds) reached = survives_kill(kind, GetParam()) || reached;

  EXPECT_TRUE(reached || kNotHere.contains(GetParam()) || kOnlyInExec.contains(GetParam()))
      << "no verb came to this step";
}

/// Whether the step was reached. Has it fail, and looks what is left: nothing after a failed create; and nothing that
/// `delete --force` does not remove after the others.
bool survives_failure(Kind kind, const std::string& step, const std::string& error) {
  const Site site(kind);
  bool reached = false;
  for (const char* verb : kVerbs) {
    const End end = run(site, verb, "fail_at:" + step + ":" + error);
    reached = end == End::failed;
    if (!reached) continue;
    EXPECT_NE(base::read_file(site.output()), "") << verb << " failed without a word";
    if (verb == kVerbs[0]) {
      await_no_children();
      EXPECT_THAT(site.traces(), IsEmpty()) << verb;
    }
    break;
  }
  EXPECT_EQ(delete_by_force(site), "");
  await_no_children();
  EXPECT_THAT(site.traces(), IsEmpty());
  return reached;
}

TEST_P(Survival, FailingAtThisStepItLeavesNothing) {
  bool reached = false;
  for (const char* error : {"ENOSPC", "EMFILE", "ENOMEM"}) {
    for (const Kind kind : kKinds) {
      if (!survives_failure(kind, GetParam(), error)) continue;
      reached = true;
      break;
    }
  }

  EXPECT_TRUE(reached || kNotHere.contains(GetParam())) << "no verb came to this step";
}

constexpr Kind kForRun[] = {Kind::plain, Kind::user};

class SurvivalOfRun : public Survival {};

TEST_P(SurvivalOfRun, KilledAtThisStepItCanBeDeleted) {
  bool reached = false;
  for (const Kind kind : kForRun) {
    const Site site(kind, "true");
    const End end = run(site, "run", "stop_at:" + GetParam());
    EXPECT_NE(end, End::failed) << base::read_file(site.output());
    reached = reached || end == End::stopped;
    EXPECT_EQ(delete_by_force(site), "");
    await_no_children();
    EXPECT_THAT(site.traces(), IsEmpty());
  }

  EXPECT_TRUE(reached || kNotHere.contains(GetParam()) || kNotInRun.contains(GetParam())) << "run did not come here";
}

TEST_P(SurvivalOfRun, FailingAtThisStepItCanBeDeleted) {
  bool reached = false;
  for (const Kind kind : kForRun) {
    const Site site(kind, "true");
    const End end = run(site, "run", "fail_at:" + GetParam() + ":ENOSPC");
    reached = reached || end == End::failed;
    if (end == End::failed) {
      EXPECT_NE(base::read_file(site.output()), "") << "run failed without a word";
    }
    EXPECT_EQ(delete_by_force(site), "");
    await_no_children();
    EXPECT_THAT(site.traces(), IsEmpty());
  }

  EXPECT_TRUE(reached || kNotHere.contains(GetParam()) || kNotInRun.contains(GetParam())) << "run did not come here";
}

/// Its exit code, or 128 and the signal. Nothing if it stopped.
std::optional<int> wait_for(pid_t pid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WSTOPPED) != 0) {
    if (errno != EINTR) throw base::SysError("waitid");
  }
  if (info.si_code == CLD_STOPPED) return std::nullopt;
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

class Namesake : public Survival {};

TEST_F(Namesake, IsNotDeletedByARunThatEndsLater) {
  const Site site(Kind::user);
  std::vector<std::string> argv = site.words("run");
  argv.insert(argv.begin(), SABOTAGE);
  const pid_t refrun = spawn(std::move(argv), {"REFRUN_SABOTAGE=stop_at:poststart_hooks"}, site.output());
  ASSERT_EQ(wait_for(refrun), std::nullopt) << base::read_file(site.output());
  {
    // It locks its container until the payload runs.
    const base::UniqueFd directory = base::open_file(site.state(), O_RDONLY | O_DIRECTORY);
    ::kill(refrun, SIGCONT);
    ASSERT_EQ(::flock(directory.get(), LOCK_EX), 0);
  }
  ::kill(refrun, SIGSTOP);
  ASSERT_EQ(wait_for(refrun), std::nullopt);
  ASSERT_EQ(delete_by_force(site), "");
  ASSERT_EQ(run(site, "create", ""), End::succeeded) << base::read_file(site.output());

  ::kill(refrun, SIGCONT);
  EXPECT_EQ(wait_for(refrun), 128 + SIGKILL);

  EXPECT_EQ(run(site, "start", ""), End::succeeded) << base::read_file(site.output());
  EXPECT_EQ(delete_by_force(site), "");
  await_no_children();
  EXPECT_THAT(site.traces(), IsEmpty());
}

std::string name_of(const testing::TestParamInfo<std::string>& step) { return step.param; }

INSTANTIATE_TEST_SUITE_P(At, Survival, testing::ValuesIn(names(all_steps(), [](const base::Json&) { return true; })),
                         name_of);
INSTANTIATE_TEST_SUITE_P(At, SurvivalOfRun, testing::ValuesIn(names(all_steps(), is_of_run)), name_of);

}  // namespace
}  // namespace refrun

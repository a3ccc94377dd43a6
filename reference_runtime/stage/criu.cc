#include "reference_runtime/stage/criu.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "base/file.h"
#include "base/json.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace refrun {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCriu = "criu";
constexpr const char* kStreams = "descriptors.json";  // runc's name for it, too
constexpr const char* kNetwork = "extRootNetNS";
constexpr int kNotFound = 127;

/// How criu is run.
struct Call {
  std::vector<std::string> arguments;
  int output = -1;                      // of what it says; -1: our own streams
  const RestorePlace* place = nullptr;  // it joins its cgroups, and sees its root as a mount, as it wants it
};

/// The mount is in a namespace of criu's own, so that nobody has to take it away again.
bool enter(const RestorePlace& place) {
  for (const base::UniqueFd& fd : place.cgroups)
    if (::write(fd.get(), "0", 1) < 0) return false;
  const char* const root = place.root.c_str();
  return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) == 0 &&
         ::mount(root, root, nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

int run(const Call& call) {
  std::vector<std::string> words = call.arguments;
  words.insert(words.begin(), kCriu);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw base::SysError("fork for criu");
  if (child == 0) {
    if (call.place != nullptr && !enter(*call.place)) ::_exit(1);
    if (call.output >= 0 && (::dup2(call.output, STDOUT_FILENO) < 0 || ::dup2(call.output, STDERR_FILENO) < 0)) {
      ::_exit(1);
    }
    ::execvp(kCriu, argv.data());
    ::_exit(errno == ENOENT ? kNotFound : 1);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw base::SysError("wait for criu");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string work_path(const CriuOptions& options) {
  return options.work_path.empty() ? options.image_path : options.work_path;
}

std::vector<std::string> arguments(const char* verb, const CriuOptions& options, const std::string& log) {
  std::vector<std::string> words{verb,         "--images-dir",           options.image_path,
                                 "--work-dir", work_path(options),       "--log-file",
                                 log,          "--manage-cgroups=ignore"};
  if (options.tcp_established) words.emplace_back("--tcp-established");
  if (options.ext_unix_sk) words.emplace_back("--ext-unix-sk");
  if (options.shell_job) words.emplace_back("--shell-job");
  if (options.file_locks) words.emplace_back("--file-locks");
  if (options.auto_dedup) words.emplace_back("--auto-dedup");
  return words;
}

void call_or_throw(const Call& call, const CriuOptions& options, const std::string& log) {
  const int code = run(call);
  if (code == 0) return;
  throw std::runtime_error(
      fmt::format("criu {} failed ({}): see {}/{}", call.arguments.front(), code, work_path(options), log));
}

void make_directory(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw base::SysError("make " + path, error.value());
}

/// Mounts whose source is the host's: criu is to leave them alone, and to be told where they are when it restores.
template <typename Each>
void each_foreign_mount(const Config& config, const Each& each) {
  for (const Mount& mount : config.mounts)
    if (mount.options.is_bind()) each(mount.destination, mount.source);
}

const Namespace* joined_network(const Config& config) {
  const Namespace* network = config.linux_config.find(NamespaceType::network);
  return network != nullptr && !network->path.empty() ? network : nullptr;
}

std::vector<std::string> standard_streams(pid_t init) {
  std::vector<std::string> streams;
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) {
    std::error_code error;
    streams.push_back(fs::read_symlink(fmt::format("/proc/{}/fd/{}", init, fd), error));
  }
  return streams;
}

}  // namespace

void require_criu() {
  const base::UniqueFd said(::memfd_create("criu", MFD_CLOEXEC));
  const int code = run({.arguments = {"check"}, .output = said.get()});
  if (code == 0) return;
  if (code == kNotFound) throw std::runtime_error("criu is not installed");
  ::lseek(said.get(), 0, SEEK_SET);
  const std::string text = base::read_all(said.get());
  const auto lines = base::split(base::trim(text), '\n');
  throw std::runtime_error(
      fmt::format("criu does not work on this kernel: criu check: {}", lines.empty() ? "it failed" : lines.back()));
}

void dump_tree(const CriuOptions& options, pid_t init, const Config& config) {
  constexpr const char* kLog = "dump.log";
  make_directory(options.image_path);
  make_directory(work_path(options));
  std::vector<std::string> words = arguments(options.pre_dump ? "pre-dump" : "dump", options, kLog);
  words.insert(words.end(), {"--tree", std::to_string(init)});
  if (!options.parent_path.empty()) words.insert(words.end(), {"--prev-images-dir", options.parent_path});
  if (options.pre_dump || !options.parent_path.empty()) words.emplace_back("--track-mem");
  if (options.leave_running && !options.pre_dump) words.emplace_back("--leave-running");
  const auto external = [&](const std::string& what) { words.insert(words.end(), {"--external", what}); };
  each_foreign_mount(config, [&](const std::string& destination, const std::string&) {
    external(fmt::format("mnt[{}]:{}", destination, destination));
  });
  for (const std::string& path : config.linux_config.masked_paths) {
    struct stat st {};
    // Directories are covered by a tmpfs, which is the container's own; files by the host's null device.
    const bool covered = ::stat(fmt::format("/proc/{}/root{}", init, path).c_str(), &st) == 0 && S_ISCHR(st.st_mode);
    if (covered) external(fmt::format("mnt[{}]:{}", path, path));
  }
  if (const Namespace* network = joined_network(config)) {
    struct stat st {};
    if (::stat(network->path.c_str(), &st) != 0) throw base::SysError("stat " + network->path);
    external(fmt::format("net[{}]:{}", st.st_ino, kNetwork));
  }
  base::write_file(options.image_path + "/" + kStreams, base::Json(standard_streams(init)).dump(), 0600);
  call_or_throw({.arguments = words}, options, kLog);
}

pid_t restore_tree(const CriuOptions& options, const Config& config, const RestorePlace& place) {
  constexpr const char* kLog = "restore.log";
  make_directory(work_path(options));
  std::vector<std::string> words = arguments("restore", options, kLog);
  words.insert(words.end(),
               {"--root", place.root, "--restore-detached", "--restore-sibling", "--pidfile", place.pid_file});
  const auto external = [&](const std::string& what) { words.insert(words.end(), {"--external", what}); };
  const auto inherit = [&](int fd, const std::string& what) {
    words.insert(words.end(), {"--inherit-fd", fmt::format("fd[{}]:{}", fd, what)});
  };
  each_foreign_mount(config, [&](const std::string& destination, const std::string& source) {
    external(fmt::format("mnt[{}]:{}", destination, source));
  });
  // Those that were not covered when it was dumped are of no interest to criu.
  for (const std::string& path : config.linux_config.masked_paths) external(fmt::format("mnt[{}]:/dev/null", path));
  base::UniqueFd network;
  if (const Namespace* joined = joined_network(config)) {
    network.reset(::open(joined->path.c_str(), O_RDONLY));  // NOLINT(android-cloexec-open): criu has to get it
    if (!network.valid()) throw base::SysError("open " + joined->path);
    inherit(network.get(), kNetwork);
  }
  const base::Json streams = base::parse_json(base::read_file(options.image_path + "/" + kStreams));
  for (std::size_t fd = 0; fd < streams.size(); ++fd) {
    const std::string name = streams.at(fd);
    if (name.starts_with("pipe:") || name.starts_with("socket:")) inherit(static_cast<int>(fd), name);
  }
  call_or_throw({.arguments = words, .place = &place}, options, kLog);
  const auto pid = base::to_number(base::trim(base::read_file(place.pid_file)));
  if (!pid || *pid <= 0) throw std::runtime_error("criu restore: no pid in " + place.pid_file);
  return static_cast<pid_t>(*pid);
}

}  // namespace refrun

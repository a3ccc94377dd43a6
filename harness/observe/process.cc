#include "harness/observe/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/entries.h"
#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace runproof {
namespace {

std::string proc_path(pid_t pid, std::string_view name) { return fmt::format("/proc/{}/{}", pid, name); }

/// Entries of a directory of numbers; none where it is not there.
std::vector<int> numbers_in(const std::string& path) {
  const base::UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) {
    if (errno == ENOENT || errno == ESRCH) return {};
    throw base::SysError("open " + path);
  }
  std::vector<int> numbers;
  (void)base::for_each_entry(directory.get(), [&](const char* name, unsigned char) {
    if (const auto number = base::to_number(name)) numbers.push_back(static_cast<int>(*number));
  });
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::optional<std::string> read_link(const std::string& path) {
  std::string target(4096, '\0');
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length >= 0) {
    target.resize(static_cast<std::size_t>(length));
    return target;
  }
  if (errno == ENOENT || errno == ESRCH) return std::nullopt;
  throw base::SysError("readlink " + path);
}

/// Texts that each end with a NUL.
std::optional<std::vector<std::string>> zero_ended(const std::string& path) {
  const auto text = base::read_file_if_there(path);
  if (!text) return std::nullopt;
  std::vector<std::string> parts;
  for (const std::string_view part : base::split(*text, '\0')) parts.emplace_back(part);
  if (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

std::optional<ProcessStat> read_stat(const std::string& path) {
  const auto text = base::read_file_if_there(path);
  return text ? parse_stat(*text) : std::nullopt;
}

std::optional<ProcessStatus> read_status(const std::string& path) {
  const auto text = base::read_file_if_there(path);
  return text ? std::optional(parse_status(*text)) : std::nullopt;
}

}  // namespace

std::optional<ProcessStat> proc_stat(pid_t pid) { return read_stat(proc_path(pid, "stat")); }

std::optional<ProcessStat> thread_stat(pid_t pid, pid_t tid) {
  return read_stat(fmt::format("/proc/{}/task/{}/stat", pid, tid));
}

std::optional<ProcessStatus> proc_status(pid_t pid) { return read_status(proc_path(pid, "status")); }
std::optional<ProcessStatus> thread_status(pid_t pid, pid_t tid) {
  return read_status(fmt::format("/proc/{}/task/{}/status", pid, tid));
}

std::optional<std::vector<std::string>> cmdline_of(pid_t pid) { return zero_ended(proc_path(pid, "cmdline")); }
std::optional<std::vector<std::string>> environ_of(pid_t pid) { return zero_ended(proc_path(pid, "environ")); }

std::optional<std::string> wchan_of(pid_t pid) {
  const auto text = base::read_file_if_there(proc_path(pid, "wchan"));
  if (!text) return std::nullopt;
  return *text == "0" ? "" : *text;
}

std::optional<std::vector<Limit>> limits_of(pid_t pid) {
  const auto text = base::read_file_if_there(proc_path(pid, "limits"));
  if (!text) return std::nullopt;
  return parse_limits(*text);
}

std::optional<int> oom_score_adj_of(pid_t pid) {
  const auto text = base::read_file_if_there(proc_path(pid, "oom_score_adj"));
  const auto number = text ? base::to_number(base::trim(*text)) : std::nullopt;
  if (!number) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<std::string> link_of(pid_t pid, std::string_view name) { return read_link(proc_path(pid, name)); }

std::vector<OpenFd> fds_of(pid_t pid) {
  std::vector<OpenFd> fds;
  for (const int fd : numbers_in(proc_path(pid, "fd")))
    if (auto target = read_link(fmt::format("/proc/{}/fd/{}", pid, fd)))
      fds.push_back({.fd = fd, .target = std::move(*target)});
  return fds;
}

std::vector<pid_t> threads_of(pid_t pid) {
  const std::string tasks = proc_path(pid, "task");
  // procfs counts the threads in the directory's links: two are its name and its dot. The leader is the last to go.
  struct stat info = {};
  if (::stat(tasks.c_str(), &info) == 0 && info.st_nlink == 3) return {pid};
  return numbers_in(tasks);
}

std::vector<pid_t> ancestors_of(pid_t pid) {
  std::vector<pid_t> line;
  for (auto stat = proc_stat(pid); stat && stat->ppid > 0; stat = proc_stat(stat->ppid)) line.push_back(stat->ppid);
  return line;
}

std::vector<pid_t> all_processes() { return numbers_in("/proc"); }

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const pid_t candidate : all_processes()) {
    const auto stat = proc_stat(candidate);
    if (stat && stat->ppid == pid) children.push_back(candidate);
  }
  return children;
}

bool is_same(pid_t pid, std::uint64_t start_time) {
  const auto stat = proc_stat(pid);
  return stat && stat->start_time == start_time;
}

}  // namespace runproof

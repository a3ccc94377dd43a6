#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/rooted.h"

namespace refrun::init_step {
namespace {

constexpr std::size_t kFields = 7;  // passwd(5): name:password:uid:gid:comment:home:shell
constexpr std::size_t kMaxLine = 2048;

/// The home of `uid` in the text of /etc/passwd that `line` is one line of; nullptr when the line is another's.
const char* home_in(char* line, uid_t uid) noexcept {
  char* fields[kFields] = {line};
  std::size_t count = 1;
  for (char* at = line; *at != '\0' && count < kFields; ++at) {
    if (*at != ':') continue;
    *at = '\0';
    fields[count++] = at + 1;
  }
  if (count < kFields) return nullptr;
  unsigned long number = 0;
  int used = 0;
  if (std::sscanf(fields[2], "%lu%n", &number, &used) != 1 || fields[2][used] != '\0' || number != uid) return nullptr;
  return fields[5];
}

/// Looks `uid` up in the container's /etc/passwd, line by line. False when it is not there.
bool find_home(int root, uid_t uid, char* home, std::size_t size) noexcept {
  const int fd = open_in_root(root, "etc/passwd", O_RDONLY | O_NONBLOCK);
  if (fd < 0) return false;
  char line[kMaxLine];
  std::size_t length = 0;
  bool found = false;
  char chunk[4096];
  for (ssize_t got = ::read(fd, chunk, sizeof chunk); got > 0 && !found; got = ::read(fd, chunk, sizeof chunk)) {
    for (ssize_t i = 0; i < got && !found; ++i) {
      if (chunk[i] != '\n') {
        if (length < sizeof line - 1) line[length++] = chunk[i];
        continue;
      }
      line[length] = '\0';
      length = 0;
      const char* candidate = home_in(line, uid);
      found = candidate != nullptr && std::snprintf(home, size, "%s", candidate) < static_cast<int>(size);
    }
  }
  ::close(fd);
  return found;
}

}  // namespace

int complete_environment(Init& init) noexcept {
  // Both entries were given room enough by the parent: nothing is allocated here.
  ProcessPlan& process = *init.plan.process;
  if (process.home_unset) {
    char home[512] = "/";
    if (!find_home(init.root, process.uid, home, sizeof home) || home[0] == '\0') std::strcpy(home, "/");
    process.payload.env[process.home_entry].append(home);
  }
  if (process.listen_pid_unset) {
    char pid[16];
    std::snprintf(pid, sizeof pid, "%d", static_cast<int>(::getpid()));
    process.payload.env[process.listen_pid_entry].append(pid);
  }
  return 0;
}

}  // namespace refrun::init_step

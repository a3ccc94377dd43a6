#include "harness/cli/environment.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace runproof {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Environment read_environment(int argc, char** argv) {
  Environment environment;
  environment.argv.assign(argv, argv + argc);
  environment.program = argc > 0 ? argv[0] : "runproof";
  environment.runtime = variable("RUNPROOF_RUNTIME");
  environment.lane = variable("RUNPROOF_IN_LANE");
  if (const std::string scale = variable("RUNPROOF_DEADLINE_SCALE"); !scale.empty()) {
    environment.deadline_scale = std::max(1.0, std::strtod(scale.c_str(), nullptr));
  }
  environment.home = variable("HOME");
  environment.cache = variable("XDG_CACHE_HOME");
  const std::string temporary = variable("TMPDIR");
  environment.temporary = std::filesystem::absolute(temporary.empty() ? "/tmp" : temporary);
  environment.temporary_given = !temporary.empty();
  const std::string kind = variable("TERM");
  environment.terminal = isatty(STDOUT_FILENO) == 1 && !kind.empty() && kind != "dumb";
  environment.colour = environment.terminal && variable("NO_COLOR").empty();
  winsize size{};
  if (environment.terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    environment.width = size.ws_col;
  return environment;
}

}  // namespace runproof

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace runproof {

/// What the outside tells `runproof` beside its options; read here and nowhere else.
struct Environment {
  std::vector<std::string> argv;
  std::string program;              ///< as it can be pasted again: argv[0]
  std::string runtime;              ///< RUNPROOF_RUNTIME
  std::string lane;                 ///< RUNPROOF_IN_LANE: the guest lane that this process is in
  double deadline_scale = 1;        ///< RUNPROOF_DEADLINE_SCALE: how much slower than usual this machine is
  std::string home;                 ///< HOME
  std::string cache;                ///< XDG_CACHE_HOME
  std::filesystem::path temporary;  ///< TMPDIR, or /tmp
  bool temporary_given = false;     ///< TMPDIR is set
  bool terminal = false;            ///< stdout is one, and not a dumb one
  bool colour = false;              ///< a terminal, and NO_COLOR is not set (no-color.org)
  std::size_t width = 80;           ///< columns of the terminal
};

[[nodiscard]] Environment read_environment(int argc, char** argv);

}  // namespace runproof

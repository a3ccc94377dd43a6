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
  std::filesystem::path temporary;  ///< TMPDIR, or /tmp
  bool temporary_given = false;     ///< TMPDIR is set
  bool terminal = false;            ///< stdout is one, and not a dumb one
  bool colour = false;              ///< a terminal, and NO_COLOR is not set (no-color.org)
  std::size_t width = 80;           ///< columns of the terminal
};

[[nodiscard]] Environment read_environment(int argc, char** argv);

}  // namespace runproof

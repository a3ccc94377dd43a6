#pragma once

namespace runproof {

/// The program `runproof`: parses, acts, and gives the exit code (exit_code.h). Throws nothing.
int run_cli(int argc, char** argv);

}  // namespace runproof

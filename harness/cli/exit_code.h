#pragma once

namespace runproof {

/// What `runproof` exits with; part of its interface (docs/command-line.md).
enum ExitCode : int {
  kAsExpected = 0,
  kRed = 1,            ///< the runtime does not conform: failed, xpass, timeout, flaky or a leak
  kUsage = 2,          ///< the command line or an input file is wrong
  kSuiteBroken = 3,    ///< the suite could not do its job
  kNothing = 4,        ///< no case was selected
  kInterrupted = 128,  ///< plus the signal's number: 130 after Ctrl-C
};

}  // namespace runproof

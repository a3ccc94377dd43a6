#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "harness/cli/environment.h"
#include "harness/lane/lane.h"

namespace runproof {

/// Where a program in a guest writes its events, one JSON object a line.
inline constexpr const char* kGuestLog = "/run/lane/share/log.jsonl";

/// This same program, at work in a guest.
struct GuestProgram {
  Lane lane = Lane::v2;
  std::vector<std::string> words;   ///< its command line after its name; it is to write its events to kGuestLog
  std::filesystem::path directory;  ///< of the run; what the guest shares with us is below it
  int cpus = 1;
  std::chrono::milliseconds longest{0};  ///< that a case may take on this host
};

/// How it ended.
struct GuestAnswer {
  std::optional<int> exit;    ///< its exit code; nullopt: the guest died, hung or was stopped before it could say
  std::optional<int> signal;  ///< that broke it off here
  std::string why;            ///< how it ended, for those to whom it owes a result
  std::string console;        ///< the last lines of the guest's
};

/// Boots the guest and hands on the program's events as they come. Says on standard error which virtualisation it gets.
/// A signal held by HeldSignals ends the guest. Throws UsageError where this host cannot offer the lane.
[[nodiscard]] GuestAnswer run_in_guest(const GuestProgram& program, const Environment& environment,
                                       const std::function<void(const base::Json&)>& on_event);

}  // namespace runproof

#include "reference_runtime/sys/signals.h"

#include <cctype>
#include <csignal>
#include <cstring>
#include <string>

#include "base/text.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

// What the kernel calls its real-time range; glibc's SIGRTMIN leaves out two of them for itself.
constexpr int kFirstRealtime = 34;

std::optional<int> in_range(long long number) {
  if (number >= 0 && number <= kLastSignal) return static_cast<int>(number);
  return std::nullopt;
}

std::optional<int> parse_realtime(std::string_view name) {
  const bool from_start = name.starts_with("RTMIN");
  if (!from_start && !name.starts_with("RTMAX")) return std::nullopt;
  const int base_number = from_start ? kFirstRealtime : kLastSignal;
  const std::string_view rest = name.substr(5);
  if (rest.empty()) return base_number;
  if (rest.size() < 2 || rest[0] != (from_start ? '+' : '-')) return std::nullopt;
  const auto offset = base::to_number(rest.substr(1));
  if (!offset || *offset < 0 || *offset > kLastSignal - kFirstRealtime) return std::nullopt;
  return from_start ? base_number + static_cast<int>(*offset) : base_number - static_cast<int>(*offset);
}

std::optional<int> parse_name(std::string_view name) {
  if (const auto realtime = parse_realtime(name)) return realtime;
  if (name == "IOT") return SIGABRT;  // the second names, which sigabbrev_np(3) does not give
  if (name == "CLD") return SIGCHLD;
  if (name == "POLL") return SIGIO;
  for (int signal = 1; signal < kFirstRealtime; ++signal) {
    const char* known = ::sigabbrev_np(signal);
    if (known != nullptr && name == known) return signal;
  }
  return std::nullopt;
}

std::optional<int> parse(std::string_view text) {
  if (const auto number = base::to_number(text)) return in_range(*number);
  std::string name(text);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const bool prefixed = name.starts_with("SIG");
  if (prefixed && fault("kill_refuses_sig_prefix")) return std::nullopt;
  if (!prefixed && fault("kill_refuses_short_names")) return std::nullopt;
  return parse_name(prefixed ? std::string_view(name).substr(3) : std::string_view(name));
}

}  // namespace

std::optional<int> parse_signal(std::string_view text) {
  auto signal = parse(text);
  if (signal >= kFirstRealtime && fault("kill_refuses_realtime")) signal.reset();
  return !signal && fault("kill_unknown_signal_is_term") ? SIGTERM : signal;
}

}  // namespace refrun

#include "harness/spawn/exit_status.h"

#include <fmt/format.h>
#include <string.h>

namespace runproof {

std::string to_text(const ExitStatus& status) {
  if (status.exit) return fmt::format("exit {}", *status.exit);
  if (!status.signal) return "no status";
  const char* name = ::sigabbrev_np(*status.signal);
  return name ? fmt::format("signal {} ({})", *status.signal, name) : fmt::format("signal {}", *status.signal);
}

void to_json(base::Json& json, const ExitStatus& status) {
  json = {{"exit", nullptr}, {"signal", nullptr}};
  if (status.exit) json["exit"] = *status.exit;
  if (status.signal) json["signal"] = *status.signal;
}

}  // namespace runproof

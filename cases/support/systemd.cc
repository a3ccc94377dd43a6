#include "cases/support/systemd.h"

#include <utility>

#include "base/text.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

std::string systemctl(std::vector<std::string> words, base::Deadline deadline) {
  words.insert(words.begin(), "systemctl");
  const Finished finished =
      run({.argv = words, .deadline = std::chrono::ceil<std::chrono::milliseconds>(deadline.left())});
  if (!finished.ok()) throw Broken(base::shell_line(words), finished.err);
  return std::string(base::trim(finished.out));
}

}  // namespace

Scope::Scope(std::string id, std::string slice) : id_(std::move(id)), slice_(std::move(slice)), unit_(id_ + ".scope") {}

std::string Scope::cgroups_path() const {
  const auto dash = id_.find('-');
  return slice_ + ":" + id_.substr(0, dash) + ":" + id_.substr(dash + 1);
}

std::string Scope::property(std::string_view name, base::Deadline deadline) const {
  return systemctl({"show", "--property", std::string(name), "--value", unit_}, deadline);
}

void Scope::stop(base::Deadline deadline) const { systemctl({"stop", "--no-block", unit_}, deadline); }

void reload_systemd(base::Deadline deadline) { systemctl({"daemon-reload"}, deadline); }

}  // namespace runproof

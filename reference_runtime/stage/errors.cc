#include "reference_runtime/stage/errors.h"

#include <fmt/format.h>

#include <cctype>
#include <cerrno>
#include <cstring>

namespace refrun {

std::string error_text(int error) {
  std::string text = ::strerrordesc_np(error) != nullptr ? ::strerrordesc_np(error) : fmt::format("errno {}", error);
  // "No such file" but not "RPC ..." or "I/O error".
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

void throw_init_failure(const SyncMessage& message) {
  const std::string detail(message.detail, ::strnlen(message.detail, sizeof message.detail));
  const std::string what = detail.empty() ? step_name(message.step) : detail;
  // ECANCELED: the detail says it all.
  if (message.step == Step::create_container_hooks || message.step == Step::start_container_hooks) {
    throw HookFailed(what);
  }
  if (message.error == 0 || message.error == ECANCELED) throw std::runtime_error(what);
  throw std::runtime_error(fmt::format("{}: {}", what, error_text(message.error)));
}

}  // namespace refrun

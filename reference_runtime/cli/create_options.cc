#include "reference_runtime/cli/create_options.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include "base/text.h"
#include "reference_runtime/sys/own_program.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {

void add_create_options(CLI::App& verb, CreateRequest& request) {
  verb.add_option("id", request.id, "The container's id")->required(!fault("create_without_id"));
  verb.add_option("--bundle,-b", request.bundle, "The bundle's directory (default: the current one)");
  verb.add_option("--pid-file", request.pid_file, "File to write init's pid to");
  verb.add_option("--console-socket", request.console_socket, "Socket to send the terminal's master to");
  verb.add_option("--preserve-fds", request.preserve_fds, "How many more descriptors, from 3, the program gets")
      ->check(CLI::Range(0, 1024));
  verb.add_flag("--no-pivot", request.no_pivot, "Do not use pivot_root (for a root on a ramdisk)");
  // Init inherits the variable, and so does the Wasm executor in it.
  verb.add_option_function<std::string>(
      "--wasm-allocator", [](const std::string& name) { ::setenv("REFRUN_WASM_ALLOCATOR", name.c_str(), 1); },
      "Memory of Wasm modules: auto, pooled, compact or on-demand (also REFRUN_WASM_ALLOCATOR)");
  verb.add_flag("--no-new-keyring", request.no_new_keyring, "Keep the caller's session keyring");
}

int settle_descriptors(int preserve_fds) {
  constexpr int kFirst = 3;
  int listen_fds = 0;
  if (const char* listen = std::getenv("LISTEN_FDS")) {
    const auto count = base::to_number(listen);
    if (count && *count > 0 && *count <= 1024) listen_fds = static_cast<int>(*count);
  }
  const int end = kFirst + listen_fds + preserve_fds;
  if (end > kFirstSealedProgram) release_sealed_program();  // it is none of the caller's
  for (int fd = kFirst; fd < end; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0)
      throw std::runtime_error(fmt::format("descriptor {} is to be preserved but not open", fd));
  }
  if (fault("caller_descriptors_kept")) return listen_fds;
  sys::close_range(static_cast<unsigned>(end), ~0U, CLOSE_RANGE_CLOEXEC);
  return listen_fds;
}

}  // namespace refrun

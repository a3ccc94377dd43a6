#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/state/store.h"

namespace refrun {

struct CriuOptions;

struct CreateRequest {
  std::string id;
  std::string bundle = ".";
  std::string pid_file;        // empty: none
  std::string console_socket;  // path; empty: none
  int console_fd = -1;         // instead of a path: one end of a socket pair (`run` in the foreground)
  int preserve_fds = 0;
  int listen_fds = 0;
  bool no_pivot = false;
  bool no_new_keyring = false;
  bool systemd_cgroup = false;
  bool sibling = false;
  bool starts_at_once = false;           // `run`
  const CriuOptions* restore = nullptr;  // init comes from these images, and runs at once; not owned
  int report_socket = -1;  // init's pidfd goes over it as soon as init lives (embed/report.h); -1: nobody wants it
};

struct Created {
  ContainerDir dir;  // still locked
  Record record;
  Config config;
  base::UniqueFd init;  // pidfd
  base::UniqueFd gate;  // connected to it, where the request was to start at once
};

/// runtime.md#create. Everything is undone when it fails; after a failed hook the poststop hooks run, too. Throws.
[[nodiscard]] Created create_container(const Store& store, const CreateRequest& request,
                                       std::vector<std::string>& warnings);

}  // namespace refrun

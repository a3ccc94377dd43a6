#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/lane/kernel.h"
#include "harness/lane/lane.h"

namespace runproof {

/// The modules that a guest loads before it has a root, by name.
[[nodiscard]] const std::vector<std::string>& guest_modules();
/// The initramfs: guest_init as /init, and the modules with their order.
[[nodiscard]] std::string guest_initramfs(const std::filesystem::path& guest_init,
                                          const std::filesystem::path& module_tree);
/// QEMU's command line for a job whose initramfs, scratch disk and console file lie in `work`.
[[nodiscard]] std::vector<std::string> qemu_argv(const GuestJob& job, const GuestKernel& kernel,
                                                 const std::filesystem::path& work);

}  // namespace runproof

#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace runproof {

/// Debian's stock kernel, unpacked and not installed.
struct GuestKernel {
  std::filesystem::path image;    ///< vmlinux, the bzImage's payload unpacked: boots 3 s sooner under TCG
  std::filesystem::path modules;  ///< …/lib/modules/VERSION
};

/// $XDG_CACHE_HOME/runproof, or ~/.cache/runproof: what is built once for guests, by package and version.
/// Takes the two variables' values (empty: unset).
[[nodiscard]] std::filesystem::path cache_folder(std::string_view xdg_cache_home, std::string_view home);

/// The kernel that package linux-image-amd64 depends on: downloaded by apt-get, unpacked by dpkg and xz into `cache` at
/// the first call, found there afterwards. Throws Unavailable (lane.h) with the reason where the host cannot have it
/// (no apt, no network, other processor).
[[nodiscard]] GuestKernel guest_kernel(const std::filesystem::path& cache);

/// The xz stream inside a bzImage (x86 boot protocol, Documentation/arch/x86/boot.rst: setup_sects, payload_offset,
/// payload_length). Throws std::runtime_error where the text is no bzImage.
[[nodiscard]] std::string_view bzimage_payload(std::string_view image);

}  // namespace runproof

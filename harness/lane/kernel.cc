#include "harness/lane/kernel.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/lane/lane.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string tool(std::vector<std::string> argv, const fs::path& folder = {}) {
  Command command{.argv = std::move(argv), .cwd = folder, .deadline = 5min};
  try {
    const Finished finished = run(command);
    if (!finished.ok())
      throw Unavailable(fmt::format("{} failed: {}", base::shell_line(command.argv), base::trim(finished.err)));
    return finished.out;
  } catch (const base::SysError& e) {
    throw Unavailable(fmt::format("{}: {}", command.argv[0], e.what()));
  }
}

/// The versioned package behind linux-image-amd64.
std::string ask_for_kernel_package() {
  const std::string answer = tool({"apt-cache", "depends", "linux-image-amd64"});
  for (const auto line : base::split(answer, '\n'))
    if (const auto parts = base::words(line); parts.size() == 2 && parts[0] == "Depends:") return std::string(parts[1]);
  throw Unavailable("apt knows no package linux-image-amd64 (apt-get update?)");
}

/// The same. apt takes a second to answer, so its answer is kept until its lists change.
std::string kernel_package(const fs::path& cache) {
  const fs::path kept = cache / "newest";
  std::error_code unknown;
  const auto answered = fs::last_write_time(kept, unknown);
  if (!unknown && answered > fs::last_write_time("/var/lib/apt/lists", unknown) && !unknown)
    return base::read_file(kept);
  std::string package = ask_for_kernel_package();
  fs::create_directories(cache);
  base::write_file(kept, package);
  return package;
}

void unpack_image(const fs::path& bzimage, const fs::path& image) {
  const std::string text = base::read_file(bzimage);
  const fs::path packed = image.string() + ".xz";
  base::write_file(packed, bzimage_payload(text));
  const base::UniqueFd out = base::open_file(image, O_WRONLY | O_CREAT | O_TRUNC);
  // The payload ends in padding that xz takes for a second stream.
  const Finished finished =
      run({.argv = {"xz", "-dc", "--single-stream", packed}, .stdout_fd = out.get(), .deadline = 5min});
  if (!finished.ok()) throw Unavailable("xz cannot unpack the kernel: " + finished.err);
  fs::remove(packed);
}

}  // namespace

fs::path cache_folder(std::string_view xdg_cache_home, std::string_view home) {
  if (!xdg_cache_home.empty()) return fs::path(xdg_cache_home) / "runproof";
  return fs::path(home.empty() ? "/var/cache" : std::string(home) + "/.cache") / "runproof";
}

std::string_view bzimage_payload(std::string_view image) {
  constexpr std::size_t kSetupSectors = 0x1f1, kMagic = 0x202, kPayloadOffset = 0x248, kPayloadLength = 0x24c,
                        kSector = 512;
  if (image.size() < kPayloadLength + 4 || image.substr(kMagic, 4) != "HdrS") throw std::runtime_error("not a bzImage");
  std::uint32_t offset = 0, length = 0;
  std::memcpy(&offset, image.data() + kPayloadOffset, sizeof offset);
  std::memcpy(&length, image.data() + kPayloadLength, sizeof length);
  const auto sectors = static_cast<unsigned char>(image[kSetupSectors]);
  const std::size_t start = (std::size_t{sectors == 0 ? 4U : sectors} + 1) * kSector + offset;
  if (start > image.size() || length > image.size() - start) throw std::runtime_error("bzImage is cut short");
  return image.substr(start, length);
}

GuestKernel guest_kernel(const fs::path& cache) {
  const std::string package = kernel_package(cache);
  const std::string version = package.substr(std::strlen("linux-image-"));
  const fs::path folder = cache / package;
  GuestKernel kernel{.image = folder / "vmlinux", .modules = folder / "lib/modules" / version};
  if (fs::exists(folder / "complete")) return kernel;
  fs::remove_all(folder);
  fs::create_directories(folder);
  tool({"apt-get", "download", "-qq", package}, folder);
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".deb") {
      tool({"dpkg", "-x", entry.path(), folder});
      fs::remove(entry.path());
      break;
    }
  unpack_image(folder / "boot" / ("vmlinuz-" + version), kernel.image);
  base::write_file(folder / "complete", "");
  return kernel;
}

}  // namespace runproof

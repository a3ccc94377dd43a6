#include "harness/lane/offer.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

struct Tool {
  const char* program;
  const char* package;
};
constexpr Tool kGuestTools[] = {
    {"qemu-system-x86_64", "qemu-system-x86"}, {"/sbin/mke2fs", "e2fsprogs"}, {"xz", "xz-utils"}};

bool is_there(const std::string& program) {
  const auto found = find_program(program);
  return found && ::access(found->c_str(), X_OK) == 0;
}

/// linux-image-…/complete: unpacked earlier.
bool has_kernel(const fs::path& cache) {
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(cache, none))
    if (fs::exists(entry.path() / "complete")) return true;
  return false;
}

bool is_x86_64() {
  utsname names{};
  return ::uname(&names) == 0 && std::string_view(names.machine) == "x86_64";
}

std::string missing_for_view() {
  if (::geteuid() != 0) return "root is needed";
  const std::string known = base::read_file_if_there("/proc/filesystems").value_or("");
  return known.find("\tcgroup2\n") == std::string::npos ? "the kernel has no cgroup2" : "";
}

std::string missing_for_guest(const fs::path& cache) {
  if (!is_x86_64()) return "the guest's kernel is for x86_64";
  if (::geteuid() != 0) return "root is needed: the guest's root is the host's";
  std::vector<std::string> packages;
  for (const Tool& tool : kGuestTools)
    if (!is_there(tool.program)) packages.emplace_back(tool.package);
  if (!packages.empty()) return "apt-get install " + base::join(packages, " ");
  if (!has_kernel(cache) && !is_there("apt-get")) return "no apt-get to download the guest's kernel with";
  return "";
}

std::string missing_for_systemd(const fs::path& cache) {
  std::string missing = missing_for_guest(cache);
  if (!missing.empty()) return missing;
  return is_there("/lib/systemd/systemd") && is_there("dbus-daemon") ? "" : "apt-get install systemd dbus";
}

std::string missing_for_selinux(const fs::path& cache) {
  std::string missing = missing_for_guest(cache);
  if (!missing.empty()) return missing;
  return is_there("checkpolicy") ? "" : "apt-get install checkpolicy";
}

LaneOffer offer(Lane lane, const std::string& missing, const std::string& how) {
  return {.lane = lane, .can = missing.empty(), .text = missing.empty() ? how : missing};
}

}  // namespace

std::vector<LaneOffer> lane_offers(const fs::path& cache) {
  const Acceleration acceleration = guest_acceleration();
  const std::string how = fmt::format("a guest by {} ({}); its kernel {}", acceleration.name, acceleration.why,
                                      has_kernel(cache) ? "is there" : "will be downloaded");
  return {offer(Lane::host, "", ""), offer(Lane::v2_view, missing_for_view(), ""),
          offer(Lane::v2, missing_for_guest(cache), how), offer(Lane::v2_systemd, missing_for_systemd(cache), how),
          offer(Lane::v2_selinux, missing_for_selinux(cache), how)};
}

}  // namespace runproof

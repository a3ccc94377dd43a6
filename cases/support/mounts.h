#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cases/support/own_mounts.h"
#include "harness/bundle/config.h"
#include "harness/bundle/replies.h"
#include "harness/observe/mountinfo.h"
#include "harness/runtime/serving.h"

namespace runproof {

/// A directory with one of each thing that a mount option decides about:
///   probe   the probe, owned by root, set-user-ID
///   null    a device node, the same as /dev/null
///   text    "of the host"
///   link    a symbolic link to text
///   unread  a file that was written after it was last read: relatime would update its access time
///   read    a file whose access time is later than its last change (it lies ahead): relatime would not
///   listed  a directory like `read`
/// Makes the directory where it is not there.
void furnish(const std::filesystem::path& directory);

/// What of a furnished directory, as a container sees it.
class Furniture {
 public:
  /// `inside`: where the container has it; `outside`: where it was made. `box` must outlive this.
  Furniture(Serving& box, std::string inside, std::filesystem::path outside)
      : box_(box), inside_(std::move(inside)), outside_(std::move(outside)) {}

  /// Runs its probe: the record of `spawn`.
  [[nodiscard]] Json execute();
  /// The effective user as which its set-user-ID probe runs.
  [[nodiscard]] Json runs_as();
  /// Writes to its device: the record of `write`.
  [[nodiscard]] Json use_device();
  /// Reads through its link: the record of `read`.
  [[nodiscard]] Json follow_link();
  /// Makes a file in it: the record of `write`. `has_new_file` says whether the host sees it.
  [[nodiscard]] Json make_file();
  [[nodiscard]] bool has_new_file() const;
  /// Whether reading (listing) `name` inside changes its access time, as the host sees it.
  [[nodiscard]] bool reading_is_noted(std::string_view name);
  [[nodiscard]] bool listing_is_noted(std::string_view name);

 private:
  [[nodiscard]] bool is_noted(std::string_view verb, std::string_view name);

  Serving& box_;
  std::string inside_;
  std::filesystem::path outside_;
};

/// Where `with_options` mounts.
inline constexpr std::string_view kFresh = "/fresh";
inline constexpr std::string_view kBound = "/bound";
/// Two mounts with the same options: mounts[1], a new tmpfs at /fresh, and mounts[2], the furnished directory
/// `scratch`/source bound to /bound.
[[nodiscard]] Config with_options(const std::filesystem::path& scratch, const std::vector<std::string>& options);
/// /bound of a container that binds `scratch`/source.
[[nodiscard]] Furniture bound(Serving& box, const std::filesystem::path& scratch);

/// `scratch`/source as a mount with another one below it, `below`: both furnished, with these MS_* flags and this
/// propagation. Under OwnMounts.
[[nodiscard]] std::filesystem::path furnished_tree(const std::filesystem::path& scratch, unsigned long flags = 0,
                                                   unsigned long propagation = 0);

/// The smallest configuration with one mount more, mounts[1]; its program says "true".
[[nodiscard]] Config with_mount(const Mount& mount);

inline constexpr std::string_view kBelow = "/bound/below";
/// A recursive bind of such a tree to /bound, with one more option.
[[nodiscard]] Config with_tree(const std::filesystem::path& tree, const std::string& option);
/// /bound/below of a container that binds `scratch`/source.
[[nodiscard]] Furniture below(Serving& box, const std::filesystem::path& scratch);

/// The mount at `point` in a running container. The container itself (/proc/self/mountinfo) and the host
/// (/proc/PID/mountinfo) must say the same; throws CaseFailed where they do not, or where there is none.
[[nodiscard]] MountEntry mount_at(Serving& box, std::string_view point);
/// Whether there is a mount at exactly `point`.
[[nodiscard]] bool is_mounted(Serving& box, std::string_view point);

/// Creates and starts it, waits for its end, and gives what its probe said. Throws CaseFailed where it did not say it
/// all.
[[nodiscard]] Replies played(Container& box);

}  // namespace runproof

#include "reference_runtime/config/mount_options.h"

#include <sys/mount.h>

#include <algorithm>
#include <array>

namespace refrun {
namespace {

struct Flag {
  std::string_view name;
  unsigned long set;
  unsigned long clear;
};

// config.md#linux-mount-options, as mount(8) reads them. What sets and clears nothing is the default or has no meaning
// to mount(2).
constexpr std::array kFlags{
    Flag{"async", 0, MS_SYNCHRONOUS},
    Flag{"atime", 0, MS_NOATIME},
    Flag{"bind", MS_BIND, 0},
    Flag{"defaults", 0, 0},
    Flag{"dev", 0, MS_NODEV},
    Flag{"diratime", 0, MS_NODIRATIME},
    Flag{"dirsync", MS_DIRSYNC, 0},
    Flag{"exec", 0, MS_NOEXEC},
    Flag{"iversion", MS_I_VERSION, 0},
    Flag{"lazytime", MS_LAZYTIME, 0},
    Flag{"loud", 0, MS_SILENT},
    Flag{"mand", MS_MANDLOCK, 0},
    Flag{"noatime", MS_NOATIME, MS_RELATIME | MS_STRICTATIME},
    Flag{"nodev", MS_NODEV, 0},
    Flag{"nodiratime", MS_NODIRATIME, 0},
    Flag{"noexec", MS_NOEXEC, 0},
    Flag{"noiversion", 0, MS_I_VERSION},
    Flag{"nolazytime", 0, MS_LAZYTIME},
    Flag{"nomand", 0, MS_MANDLOCK},
    Flag{"norelatime", 0, MS_RELATIME},
    Flag{"nostrictatime", 0, MS_STRICTATIME},
    Flag{"nosuid", MS_NOSUID, 0},
    Flag{"nosymfollow", MS_NOSYMFOLLOW, 0},
    Flag{"rbind", MS_BIND | MS_REC, 0},
    Flag{"relatime", MS_RELATIME, MS_NOATIME | MS_STRICTATIME},
    Flag{"remount", MS_REMOUNT, 0},
    Flag{"ro", MS_RDONLY, 0},
    Flag{"rw", 0, MS_RDONLY},
    Flag{"silent", MS_SILENT, 0},
    Flag{"strictatime", MS_STRICTATIME, MS_NOATIME | MS_RELATIME},
    Flag{"suid", 0, MS_NOSUID},
    Flag{"symfollow", 0, MS_NOSYMFOLLOW},
    Flag{"sync", MS_SYNCHRONOUS, 0},
};

struct Propagation {
  std::string_view name;
  unsigned long flags;
};

constexpr std::array kPropagations{
    Propagation{"private", MS_PRIVATE},
    Propagation{"rprivate", MS_PRIVATE | MS_REC},
    Propagation{"rshared", MS_SHARED | MS_REC},
    Propagation{"rslave", MS_SLAVE | MS_REC},
    Propagation{"runbindable", MS_UNBINDABLE | MS_REC},
    Propagation{"shared", MS_SHARED},
    Propagation{"slave", MS_SLAVE},
    Propagation{"unbindable", MS_UNBINDABLE},
};

struct RecursiveAttr {
  std::string_view name;
  std::uint64_t set;
  std::uint64_t clear;
};

// mount_setattr(2): the access-time attributes are one field; to change it, all of MOUNT_ATTR__ATIME must be cleared.
// MOUNT_ATTR_RELATIME is 0: clearing the field alone gives relatime, the kernel's default.
constexpr std::array kRecursiveAttrs{
    RecursiveAttr{"ratime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    RecursiveAttr{"rdev", 0, MOUNT_ATTR_NODEV},
    RecursiveAttr{"rdiratime", 0, MOUNT_ATTR_NODIRATIME},
    RecursiveAttr{"rexec", 0, MOUNT_ATTR_NOEXEC},
    RecursiveAttr{"rnoatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    RecursiveAttr{"rnodev", MOUNT_ATTR_NODEV, 0},
    RecursiveAttr{"rnodiratime", MOUNT_ATTR_NODIRATIME, 0},
    RecursiveAttr{"rnoexec", MOUNT_ATTR_NOEXEC, 0},
    RecursiveAttr{"rnorelatime", 0, 0},  // what is no relatime stays so; what is one has it by the kernel's default
    RecursiveAttr{"rnostrictatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    RecursiveAttr{"rnosuid", MOUNT_ATTR_NOSUID, 0},
    RecursiveAttr{"rnosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0},
    RecursiveAttr{"rrelatime", MOUNT_ATTR_RELATIME, MOUNT_ATTR__ATIME},
    RecursiveAttr{"rro", MOUNT_ATTR_RDONLY, 0},
    RecursiveAttr{"rrw", 0, MOUNT_ATTR_RDONLY},
    RecursiveAttr{"rstrictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    RecursiveAttr{"rsuid", 0, MOUNT_ATTR_NOSUID},
    RecursiveAttr{"rsymfollow", 0, MOUNT_ATTR_NOSYMFOLLOW},
};

// What mount(8) keeps to itself: the file system would not know it.
constexpr std::array<std::string_view, 10> kOfMount8{"_netdev", "auto",    "group",  "noauto", "nofail",
                                                     "nogroup", "noowner", "nouser", "owner",  "user"};

bool is_of_mount8(std::string_view option) {
  return option.starts_with("x-") || option.starts_with("X-") || option.starts_with("comment=") ||
         std::find(kOfMount8.begin(), kOfMount8.end(), option) != kOfMount8.end();
}

template <typename Table>
const typename Table::value_type* find(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.name == name; });
  return found == table.end() ? nullptr : &*found;
}

void apply(const Flag& flag, MountOptions& options) {
  options.flags = (options.flags & ~flag.clear) | flag.set;
  options.cleared = (options.cleared & ~flag.set) | flag.clear;
}

void apply(const RecursiveAttr& attr, MountOptions& options) {
  // What an earlier option set or cleared and this one contradicts is forgotten, but for the access-time field, which
  // must stay cleared.
  options.recursive_set = (options.recursive_set & ~attr.clear) | attr.set;
  options.recursive_clear = (options.recursive_clear & ~(attr.set & ~std::uint64_t{MOUNT_ATTR__ATIME})) | attr.clear;
}

void add_data(std::string_view option, MountOptions& options) {
  if (option.empty()) return;
  if (!options.data.empty()) options.data += ',';
  options.data += option;
}

}  // namespace

bool MountOptions::is_bind() const { return (flags & MS_BIND) != 0; }
bool MountOptions::is_recursive() const { return (flags & MS_REC) != 0; }

MountOptions parse_mount_options(const std::vector<std::string>& options) {
  MountOptions parsed;
  for (const std::string& option : options) {
    if (const Flag* flag = find(kFlags, option)) {
      apply(*flag, parsed);
    } else if (const Propagation* propagation = find(kPropagations, option)) {
      parsed.propagation.push_back(propagation->flags);
    } else if (const RecursiveAttr* attr = find(kRecursiveAttrs, option)) {
      apply(*attr, parsed);
    } else if (option == "idmap") {
      parsed.idmap = Idmap::single;
    } else if (option == "ridmap") {
      parsed.idmap = Idmap::recursive;
    } else if (option == "tmpcopyup") {
      parsed.copy_up = true;
    } else if (!is_of_mount8(option)) {
      add_data(option, parsed);
    }
  }
  return parsed;
}

std::vector<std::string> known_mount_options() {
  std::vector<std::string> names{"idmap", "ridmap", "tmpcopyup"};
  for (const Flag& flag : kFlags) names.emplace_back(flag.name);
  for (const Propagation& propagation : kPropagations) names.emplace_back(propagation.name);
  for (const RecursiveAttr& attr : kRecursiveAttrs) names.emplace_back(attr.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace refrun

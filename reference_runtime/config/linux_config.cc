#include "reference_runtime/config/linux_config.h"

#include <sched.h>
#include <sys/mount.h>

#include <algorithm>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace refrun {

std::string_view spec_name(NamespaceType type) {
  switch (type) {
    case NamespaceType::pid:
      return "pid";
    case NamespaceType::network:
      return "network";
    case NamespaceType::mount:
      return "mount";
    case NamespaceType::ipc:
      return "ipc";
    case NamespaceType::uts:
      return "uts";
    case NamespaceType::user:
      return "user";
    case NamespaceType::cgroup:
      return "cgroup";
    case NamespaceType::time:
      return "time";
  }
  return "";
}

int clone_flag(NamespaceType type) {
  switch (type) {
    case NamespaceType::pid:
      return CLONE_NEWPID;
    case NamespaceType::network:
      return CLONE_NEWNET;
    case NamespaceType::mount:
      return CLONE_NEWNS;
    case NamespaceType::ipc:
      return CLONE_NEWIPC;
    case NamespaceType::uts:
      return CLONE_NEWUTS;
    case NamespaceType::user:
      return CLONE_NEWUSER;
    case NamespaceType::cgroup:
      return CLONE_NEWCGROUP;
    case NamespaceType::time:
      return CLONE_NEWTIME;
  }
  return 0;
}

std::string_view proc_name(NamespaceType type) {
  switch (type) {
    case NamespaceType::network:
      return "net";
    case NamespaceType::mount:
      return "mnt";
    default:
      return spec_name(type);
  }
}

unsigned long mount_flag(RootfsPropagation propagation) {
  switch (propagation) {
    case RootfsPropagation::unset:
      return 0;
    case RootfsPropagation::shared:
      return MS_SHARED;
    case RootfsPropagation::slave:
      return MS_SLAVE;
    case RootfsPropagation::private_:
      return MS_PRIVATE;
    case RootfsPropagation::unbindable:
      return MS_UNBINDABLE;
  }
  return 0;
}

const Namespace* Linux::find(NamespaceType type) const {
  const auto found =
      std::find_if(namespaces.begin(), namespaces.end(), [&](const Namespace& n) { return n.type == type; });
  return found == namespaces.end() ? nullptr : &*found;
}

bool Linux::creates(NamespaceType type) const {
  const Namespace* found = find(type);
  return found != nullptr && found->path.empty();
}

}  // namespace refrun

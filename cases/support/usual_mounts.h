#pragma once

#include "harness/bundle/config.h"

namespace runproof {

/// Adds a tmpfs at /dev and a devpts at /dev/pts, as every generator of configurations does: so device nodes are no
/// matter of the bundle's file system.
Config with_dev(Config config);
/// The same and what is left of config-linux.md#default-filesystems: /dev/shm and /sys.
Config with_usual_mounts(Config config);

}  // namespace runproof

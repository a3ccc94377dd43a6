#include "cases/support/usual_mounts.h"

namespace runproof {

Config with_dev(Config config) {
  return config.mount({.destination = "/dev", .type = "tmpfs", .source = "tmpfs", .options = {"nosuid", "mode=755"}})
      .mount({.destination = "/dev/pts",
              .type = "devpts",
              .source = "devpts",
              .options = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}});
}

Config with_usual_mounts(Config config) {
  return with_dev(std::move(config))
      .mount({.destination = "/dev/shm", .type = "tmpfs", .source = "shm", .options = {"nosuid", "noexec", "nodev"}})
      .mount(
          {.destination = "/sys", .type = "sysfs", .source = "sysfs", .options = {"nosuid", "noexec", "nodev", "ro"}});
}

}  // namespace runproof

#include "harness/lane/qemu.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "harness/lane/cpio.h"
#include "harness/lane/modules.h"

namespace runproof {
namespace {

/// Units that a test guest has no use for, and that cost seconds under emulation.
constexpr std::string_view kMaskedUnits[] = {
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-udevd-kernel.socket",
    "systemd-udevd-control.socket",
    "systemd-modules-load.service",
    "systemd-random-seed.service",
    "systemd-timesyncd.service",
    "systemd-journal-flush.service",
    "systemd-remount-fs.service",
    "systemd-tmpfiles-setup.service",
    "systemd-tmpfiles-setup-dev.service",
    "systemd-update-utmp.service",
    "systemd-tmpfiles-clean.timer",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "e2scrub_reap.service",
    "apparmor.service",
};

std::string kernel_command_line(const GuestJob& job) {
  // no_timer_check: on a busy host the emulated timer may come too late for the kernel to believe in it, and it hangs.
  // Self-tests of ciphers, pages made read-only and looked through, and grace periods are time that no case looks at.
  std::string line =
      "console=ttyS0 panic=-1 quiet no_timer_check cryptomgr.notests rodata=off rcupdate.rcu_expedited=1 "
      "runproof.guest";
  if (job.selinux) line += " security=selinux enforcing=1";
  if (!job.systemd) return line;
  line +=
      " lane.systemd systemd.unit=lane.service systemd.machine_id=0123456789abcdef0123456789abcdef fstab=no "
      "systemd.show_status=1"
      " systemd.log_level=warning";
  for (const auto unit : kMaskedUnits) line += fmt::format(" systemd.mask={}", unit);
  return line;
}

}  // namespace

Acceleration guest_acceleration() {
  // /dev/kvm alone says little: a host that is itself a guest may offer one that cannot run a stock kernel.
  const std::string info = base::read_file("/proc/cpuinfo");
  for (const auto line : base::split(info, '\n')) {
    if (!line.starts_with("flags")) continue;
    for (const auto flag : base::words(line))
      if ((flag == "vmx" || flag == "svm"))
        return ::access("/dev/kvm", W_OK) == 0
                   ? Acceleration{"kvm", "the processor shows vmx or svm and /dev/kvm can be written"}
                   : Acceleration{"tcg", "emulated: /dev/kvm cannot be written"};
    break;
  }
  return {"tcg", "emulated: the processor shows neither vmx nor svm"};
}

const std::vector<std::string>& guest_modules() {
  static const std::vector<std::string> names = {
      "virtio_pci", "9pnet_virtio", "9p",
      "overlay",    "virtio_blk",   "crc32c_generic" /* ext4 asks for it by a softdep */,
      "ext4",       "virtio_rng",   "veth",
      "dummy",      "loop"};
  return names;
}

std::string guest_initramfs(const std::filesystem::path& guest_init, const std::filesystem::path& module_tree) {
  Cpio archive;
  archive.add_folder("dev");
  archive.add_device("dev/console", 5, 1);
  archive.add_folder("modules");
  std::string order;
  for (const auto& file : module_load_order(module_tree, guest_modules())) {
    archive.add_file("modules/" + file.filename().string(), without_signature(base::read_file(file)), 0644);
    order += file.filename().string() + "\n";
  }
  archive.add_file("modules/order", order, 0644);
  archive.add_file("init", base::read_file(guest_init), 0755);
  return archive.finish();
}

std::vector<std::string> qemu_argv(const GuestJob& job, const GuestKernel& kernel, const std::filesystem::path& work) {
  std::vector<std::string> argv = {"qemu-system-x86_64"};
  const auto add = [&](std::initializer_list<std::string> words) { argv.insert(argv.end(), words); };
  if (guest_acceleration().name == "kvm") {
    add({"-accel", "kvm", "-cpu", "host"});
  } else {
    add({"-accel", "tcg,thread=multi", "-cpu", "max"});
  }
  add({"-machine", "q35", "-m", std::to_string(job.memory_mib), "-smp", std::to_string(job.cpus)});
  add({"-kernel", kernel.image, "-initrd", work / "initramfs", "-append", kernel_command_line(job)});
  add({"-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-monitor", "none"});
  add({"-serial", fmt::format("file:{}", (work / "console").string()), "-device", "virtio-rng-pci"});
  add({"-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap,id=root"});
  add({"-virtfs", fmt::format("local,path={},mount_tag=share,security_model=none,id=share", job.share.string())});
  add({"-drive", fmt::format("file={},if=virtio,format=raw,cache=unsafe", (work / "scratch.img").string())});
  return argv;
}

}  // namespace runproof

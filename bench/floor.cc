// The least that any runtime must do for the bundle of bench/bundle.sh: one clone with its namespaces, its mounts,
// pivot_root, exec, wait. No config is read, nothing is checked, no cgroup, no hook, no state. Usage: floor ROOTFS
// PROGRAM [ARGS…]; exits with the program's code.
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

void must(long result, const char* doing) {
  if (result >= 0) return;
  std::perror(doing);
  ::_exit(125);
}

void mount_on(const char* source, const char* target, const char* type, unsigned long flags, const char* data) {
  ::mkdir(target, 0755);
  must(::mount(source, target, type, flags, data), target);
}

void make_devices() {
  const struct {
    const char* path;
    unsigned major, minor;
  } devices[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                 {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  ::umask(0);
  for (const auto& device : devices)
    must(::mknod(device.path, S_IFCHR | 0666, makedev(device.major, device.minor)), device.path);
  must(::symlink("/proc/self/fd", "dev/fd"), "dev/fd");
  must(::symlink("/proc/self/fd/0", "dev/stdin"), "dev/stdin");
  must(::symlink("/proc/self/fd/1", "dev/stdout"), "dev/stdout");
  must(::symlink("/proc/self/fd/2", "dev/stderr"), "dev/stderr");
  must(::symlink("pts/ptmx", "dev/ptmx"), "dev/ptmx");
}

[[noreturn]] void init(const char* rootfs, char** argv) {
  constexpr unsigned long kQuiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  must(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), "make / slave");
  must(::mount(rootfs, rootfs, nullptr, MS_BIND | MS_REC, nullptr), "bind rootfs");
  must(::chdir(rootfs), "chdir rootfs");
  mount_on("proc", "proc", "proc", 0, nullptr);
  mount_on("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  mount_on("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mount_on("shm", "dev/shm", "tmpfs", kQuiet, "mode=1777,size=65536k");
  mount_on("mqueue", "dev/mqueue", "mqueue", kQuiet, nullptr);
  mount_on("sysfs", "sys", "sysfs", kQuiet | MS_RDONLY, nullptr);
  make_devices();
  must(::syscall(SYS_pivot_root, ".", "."), "pivot_root");
  must(::umount2(".", MNT_DETACH), "detach the old root");
  must(::chdir("/"), "chdir /");
  must(::sethostname("floor", 5), "sethostname");
  ::execv(argv[0], argv);
  std::perror("exec");
  ::_exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: floor ROOTFS PROGRAM [ARGS...]\n");
    return 2;
  }
  clone_args args{};
  args.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
  args.exit_signal = SIGCHLD;
  const long child = ::syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) init(argv[1], argv + 2);
  must(child, "clone3");
  int status = 0;
  must(::waitpid(static_cast<pid_t>(child), &status, 0), "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The least that any runtime must do for the bundle of bench/bundle.sh: one clone with its namespaces, its mounts
// (masked and read-only paths among them: /proc/self/mountinfo lists the same as under a runtime), pivot_root, exec,
// wait. No config is read, nothing is checked, no capability dropped, no link brought up, no hook, no state, and no
// cgroup but where one is named: then one in each hierarchy is made, joined and removed again.
// Usage: floor [--cgroup NAME] ROOTFS PROGRAM [ARGS…]; exits with the program's code.
#include <fcntl.h>
#include <linux/sched.h>
#include <mntent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr unsigned long kQuiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;

/// The cgroups of one container, in every hierarchy that is mounted.
struct Cgroups {
  std::vector<std::string> directories;
  std::vector<int> tasks;  // of the v1 hierarchies
  int unified = -1;
};

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

/// linux.maskedPaths; what is not there needs no cover.
void mask_paths() {
  for (const char* path : {"proc/kcore", "proc/keys", "proc/timer_list", "proc/scsi", "sys/firmware"}) {
    if (::mount("/dev/null", path, nullptr, MS_BIND, nullptr) == 0 || errno == ENOENT) continue;
    must(::mount("none", path, "tmpfs", kQuiet | MS_RDONLY, "size=0k"), path);
  }
}

/// linux.readonlyPaths
void make_paths_readonly() {
  for (const char* path : {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"}) {
    if (::mount(path, path, nullptr, MS_BIND | MS_REC, nullptr) != 0 && errno == ENOENT) continue;
    must(::mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), path);
  }
}

void copy_control(const std::string& from, const std::string& to) {
  char text[256];
  const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  const int out = ::open(to.c_str(), O_WRONLY | O_CLOEXEC);
  const ssize_t size = ::read(in, text, sizeof text);
  must(size, from.c_str());
  must(::write(out, text, static_cast<std::size_t>(size)), to.c_str());
  ::close(in);
  ::close(out);
}

Cgroups make_cgroups(const char* name) {
  Cgroups made;
  std::FILE* const mounts = ::setmntent("/proc/self/mounts", "r");
  while (const mntent* mount = ::getmntent(mounts)) {
    if (std::strncmp(mount->mnt_type, "cgroup", 6) != 0) continue;
    const std::string above = mount->mnt_dir, directory = above + "/" + name;
    must(::mkdir(directory.c_str(), 0755), directory.c_str());
    made.directories.push_back(directory);
    if (std::strcmp(mount->mnt_type, "cgroup2") == 0) {
      made.unified = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
      continue;
    }
    if (::hasmntopt(mount, "cpuset") != nullptr) {
      copy_control(above + "/cpuset.cpus", directory + "/cpuset.cpus");
      copy_control(above + "/cpuset.mems", directory + "/cpuset.mems");
    }
    made.tasks.push_back(::open((directory + "/tasks").c_str(), O_WRONLY | O_CLOEXEC));
  }
  ::endmntent(mounts);
  return made;
}

[[noreturn]] void init(const Cgroups& cgroups, const char* rootfs, char** argv) {
  for (const int tasks : cgroups.tasks) must(::write(tasks, "0", 1), "join a cgroup");
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
  make_paths_readonly();
  mask_paths();
  must(::mount(nullptr, ".", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr), "make the root read-only");
  must(::syscall(SYS_pivot_root, ".", "."), "pivot_root");
  must(::umount2(".", MNT_DETACH), "detach the old root");
  must(::chdir("/"), "chdir /");
  must(::sethostname("bench", 5), "sethostname");
  ::execv(argv[0], argv);
  std::perror("exec");
  ::_exit(127);
}

}  // namespace

int main(int argc, char** argv) {
  Cgroups cgroups;
  if (argc > 2 && std::strcmp(argv[1], "--cgroup") == 0) {
    cgroups = make_cgroups(argv[2]);
    argc -= 2;
    argv += 2;
  }
  if (argc < 3) {
    std::fprintf(stderr, "usage: floor [--cgroup NAME] ROOTFS PROGRAM [ARGS...]\n");
    return 2;
  }
  clone_args args{};
  args.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
  args.exit_signal = SIGCHLD;
  if (cgroups.unified >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(cgroups.unified);
  }
  const long child = ::syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) init(cgroups, argv[1], argv + 2);
  must(child, "clone3");
  int status = 0;
  must(::waitpid(static_cast<pid_t>(child), &status, 0), "waitpid");
  for (const std::string& directory : cgroups.directories) must(::rmdir(directory.c_str()), directory.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

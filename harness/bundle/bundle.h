#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/bundle/config.h"

namespace runproof {

/// Where bundles are made: a directory with one staged copy of the probe, which each bundle links. Many processes may
/// share one.
class Stage {
 public:
  /// Makes `directory` with its parents and copies the probe into it; takes what is there already as it is. Throws
  /// SysError.
  explicit Stage(std::filesystem::path directory, const std::filesystem::path& probe = built_probe());

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  /// The staged probe, for hooks and processes of the host.
  [[nodiscard]] std::filesystem::path probe() const { return directory_ / "probe"; }
  /// The probe that was built: it lies beside this program.
  [[nodiscard]] static std::filesystem::path built_probe();
  /// A directory to make stages in: /dev/shm where programs and devices may live there (a bundle costs a tenth of what
  /// it costs on disk), else the system's temporary directory.
  [[nodiscard]] static std::filesystem::path fastest_parent();

 private:
  std::filesystem::path directory_;
};

/// `own`: the bundle's /probe is a copy that the container may spoil.
enum class ProbeFile { linked, own };
enum class Keep { no, yes };

/// A bundle on disk: `<stage>/<name>/config.json` and `rootfs` with /probe and the directories that a container's
/// mounts need. The guard removes the directory, never crossing into something mounted below it. Move-only.
class Bundle {
 public:
  /// `name` becomes the directory and the cgroup: [a-z0-9_.-], new in this stage. Throws SysError.
  Bundle(const Stage& stage, std::string name, ProbeFile probe = ProbeFile::linked);
  Bundle(Bundle&& other) noexcept;
  Bundle& operator=(Bundle&& other) noexcept;
  ~Bundle();

  /// Writes config.json, with this bundle's cgroup in place of Config::kOwnCgroup. Throws SysError.
  void write(const Config& config) const;
  /// Writes config.json as it is, for broken ones; but for Config::kOwnCgroup, as above. Throws SysError.
  void write_raw(std::string text) const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path rootfs() const { return path_ / "rootfs"; }
  /// A file of the root filesystem, as the host names it: file("log") and file("/log") are the same.
  [[nodiscard]] std::filesystem::path file(std::string_view inside) const;
  /// What the container's cgroup is called in its config: "/<name>", so that a sweep finds it by the name.
  [[nodiscard]] std::string cgroups_path() const { return "/" + name_; }
  /// Leaves the directory when the guard goes.
  void keep(Keep keep = Keep::yes) { keep_ = keep; }
  /// Removes the directory now. What could not be removed stays: its path, or empty when all went.
  std::filesystem::path remove();

 private:
  /// What stands in place of Config::kOwnCgroup.
  [[nodiscard]] std::string own_cgroup() const;

  std::string name_;
  std::filesystem::path path_;
  Keep keep_ = Keep::no;
};

}  // namespace runproof

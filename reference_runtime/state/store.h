#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "reference_runtime/state/record.h"

namespace refrun {

/// A container that is not there. The message says "does not exist", which callers look for.
class NoSuchContainer : public std::runtime_error {
 public:
  explicit NoSuchContainer(const std::string& id) : std::runtime_error("container \"" + id + "\" does not exist") {}
};

/// One container's directory <root>/<id>:
///   state.json   the Record, replaced atomically; absent for the first moment of `create`
///   config.json  what the container was created from: later changes of the bundle do not matter (runtime.md#create)
///   gate         init holds a lock on it from before `create` returns until the payload runs
///   gate.sock    where init waits for `start`
/// The directory itself is locked (flock) by create, start and delete, so these follow one another.
class ContainerDir {
 public:
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::string path(std::string_view file) const { return path_ + "/" + std::string(file); }

  /// nullopt while (or because) `create` has not yet written one. Throws std::runtime_error for a damaged one.
  [[nodiscard]] std::optional<Record> read_record() const;
  void write_record(const Record& record) const;
  /// The same in two steps: writes it beside the one that counts, then puts it in its place.
  void prepare_record(const Record& record) const;
  void replace_record() const;
  [[nodiscard]] std::string read_config() const;

  /// Takes the lock. False at the deadline; throws NoSuchContainer when the container was deleted meanwhile.
  [[nodiscard]] bool lock(base::Deadline deadline);
  /// Whether some process holds the lock.
  [[nodiscard]] bool is_locked() const;
  void unlock();
  /// For all containers of this state root: compiled seccomp filters.
  [[nodiscard]] std::string seccomp_cache() const;
  /// Removes the directory with all that is in it.
  void remove();

 private:
  friend class Store;
  ContainerDir(std::string path, std::string id, base::UniqueFd fd)
      : path_(std::move(path)), id_(std::move(id)), fd_(std::move(fd)) {}

  std::string path_;
  std::string id_;
  base::UniqueFd fd_;
};

/// The state root (--root): one directory per container.
class Store {
 public:
  explicit Store(std::string root) : root_(std::move(root)) {}

  /// Makes the container's directory, locked. Throws std::runtime_error when the id is in use or cannot be one.
  [[nodiscard]] ContainerDir reserve(const std::string& id) const;
  /// Throws NoSuchContainer, or std::runtime_error for what cannot be an id.
  [[nodiscard]] ContainerDir open(const std::string& id) const;
  [[nodiscard]] std::optional<ContainerDir> open_if_there(const std::string& id) const;
  /// Every id, sorted. Empty when the root is not there.
  [[nodiscard]] std::vector<std::string> ids() const;

 private:
  [[nodiscard]] std::string directory_of(const std::string& id) const;

  std::string root_;
};

}  // namespace refrun

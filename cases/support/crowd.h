#pragma once

#include <string>
#include <vector>

#include "cases/support/cgroups.h"
#include "harness/bundle/config.h"
#include "harness/observe/death.h"
#include "harness/runtime/serving.h"
#include "harness/spawn/command.h"

namespace runproof {

/// A configuration without a PID namespace of its own: when its init dies, nothing else dies with it.
[[nodiscard]] Config host_pidns();
/// One that joins the PID namespace of another container.
[[nodiscard]] Config in_pidns_of(const Container& owner);

/// A linux.cgroupsPath of this name where whoever calls the runtime may make one.
[[nodiscard]] std::string callers_group(const std::string& name);

/// What a crowd can be made of: words of the probe's `fork`.
inline const std::vector<std::string> kChildren = {"--count", "3"};
inline const std::vector<std::string> kDaemons = {"--count", "3", "--double", "--setsid"};
inline const std::vector<std::string> kDeaf = {"--count", "3", "--ignore", "--threads", "2"};
inline const std::vector<std::string> kStorm = {"--count", "1", "--storm", "8"};

/// A running container and every process in it, each watched from before anything happens to it.
class Crowd {
 public:
  /// Has init fork as `shape` says (words of the probe's `fork`) and waits until `count` members have connected.
  Crowd(Serving box, const std::vector<std::string>& shape, std::size_t count);

  [[nodiscard]] Serving& box() { return box_; }
  [[nodiscard]] std::vector<Peer>& members() { return members_; }
  /// Ends init alone, from the host, and sees that the members live on. Throws CaseFailed where they do not.
  void lose_init();
  /// Waits until init and all members are dead and the container's groups are empty. Who is not by the deadline, or
  /// when nobody is left who could kill it, with all that is known of it; the same goes into the evidence. Empty when
  /// all have gone.
  [[nodiscard]] std::vector<std::string> survivors();
  /// The same for init and the members alone: where the groups are another container's as well.
  [[nodiscard]] std::vector<std::string> survivors_of_own();

 private:
  [[nodiscard]] std::vector<Diagnosis> alive(base::Deadline deadline);
  /// Names a few. `others`: how many more live.
  [[nodiscard]] static std::vector<std::string> reported(std::vector<Diagnosis> alive, std::size_t others);
  Serving box_;
  std::vector<Peer> members_;
  std::vector<Mortal> mortals_;  ///< init first
};

/// Three processes that are none of the container's: one in the groups where we are, one in groups beside the
/// container's, and one in init's session that has left the container's groups.
class Bystanders {
 public:
  /// `name`: of the groups beside the container's.
  Bystanders(Serving& box, std::string name);
  Bystanders(const Bystanders&) = delete;
  Bystanders& operator=(const Bystanders&) = delete;
  /// Ends them: the one that left the container's groups is nobody's to kill but ours.
  ~Bystanders();

  /// Those that are dead, one sentence each.
  [[nodiscard]] std::vector<std::string> dead() const;

 private:
  Running outside_;
  ForeignGroups sibling_;
  Running in_sibling_;
  Peer in_session_;
  Mortal watched_;
};

/// Creates it; a runtime that refuses to put a second container into a group has an answer of its own. Throws
/// Unsupported then.
void create_in_shared_group(Container& box);

}  // namespace runproof

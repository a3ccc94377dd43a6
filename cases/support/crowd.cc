#include "cases/support/crowd.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <map>

#include "base/pidfd.h"
#include "harness/bundle/tenant.h"
#include "harness/observe/killers.h"
#include "harness/observe/wait.h"
#include "harness/runtime/context.h"
#include "harness/runtime/evidence.h"
#include "harness/runtime/failure.h"

namespace runproof {
namespace {

/// A kill takes effect within milliseconds; this is for a machine under load.
constexpr std::chrono::milliseconds kPatience{3'000};

/// More than that say nothing new.
constexpr std::size_t kMostReported = 8;

/// Members that nobody watched, because they were forked meanwhile. The dead that await their parent are not counted.
void add_living(const Cgroup& group, std::map<pid_t, Mortal>& members) {
  for (const pid_t pid : group.procs_below()) {
    if (members.contains(pid)) continue;
    if (auto member = Mortal::watch(pid); member && member->alive()) members.emplace(pid, std::move(*member));
  }
}

Command guest(std::string verb) { return {.argv = {context().probe.string(), std::move(verb)}}; }

Mortal watch(pid_t pid, const std::string& who) {
  auto mortal = Mortal::watch(pid);
  if (!mortal) throw CaseFailed(who + " (" + std::to_string(pid) + ") has died before anything happened to it");
  return std::move(*mortal);
}

Peer leave_groups(Serving& box) {
  box.ask({"fork"});
  Peer peer = box.accept();
  take_out(peer.pid());
  return peer;
}

}  // namespace

// A new procfs shows the PID namespace it is mounted in, so only those who own that may mount one: others, as callers
// without privilege do, bind what is there.
Config host_pidns() {
  Config config = Config::minimal({}).without(Namespace::pid);
  if (tenant() == nullptr) return config;
  return config.set("/mounts/0", {{"destination", "/proc"}, {"source", "/proc"}, {"options", {"rbind"}}});
}

Config in_pidns_of(const Container& owner) {
  return Config::minimal({}).joining(Namespace::pid, "/proc/" + std::to_string(owner.pid()) + "/ns/pid");
}

std::string callers_group(const std::string& name) {
  return (tenant() == nullptr ? "" : tenant()->cgroup) + "/" + name;
}

Crowd::Crowd(Serving box, const std::vector<std::string>& shape, std::size_t count) : box_(std::move(box)) {
  std::vector<std::string> words = {"fork"};
  words.insert(words.end(), shape.begin(), shape.end());
  box_.ask(words);
  members_ = box_.accept(count);
  mortals_.push_back(watch(box_.pid(), "init"));
  for (const Peer& member : members_) mortals_.push_back(watch(member.pid(), member.name()));
}

void Crowd::lose_init() {
  box_.init().signal(SIGKILL);
  box_.await_init_death();
  for (const Mortal& mortal : mortals_) {
    if (mortal.pid() != box_.pid() && !mortal.alive())
      throw CaseFailed("a member died with init: it has a PID namespace of its own");
  }
}

std::vector<Diagnosis> Crowd::alive(base::Deadline deadline) {
  Killers killers(context().probe);
  const bool systemd_kills = box_.globals().systemd_cgroup;
  return await_all_dead(mortals_, deadline, context().wait,
                        [&] { return !systemd_kills && killers.none_left(mortals_); });
}

std::vector<std::string> Crowd::survivors() {
  const base::Deadline deadline = context().within(kPatience);
  std::vector<Diagnosis> alive = this->alive(deadline);
  const base::Deadline rest = alive.empty() ? deadline : base::Deadline::in(std::chrono::nanoseconds{0});
  std::map<pid_t, Mortal> members;
  for (const Cgroup& group : box_.cgroups()) {
    if (!await_unpopulated(group, rest)) add_living(group, members);
  }
  for (const Diagnosis& one : alive) members.erase(one.pid);

  // The first few: to look closely at each process of a fork bomb takes seconds, for it is still at work.
  auto member = members.begin();
  for (; member != members.end() && alive.size() < kMostReported; ++member) alive.push_back(member->second.diagnose());
  return reported(std::move(alive), static_cast<std::size_t>(std::distance(member, members.end())));
}

std::vector<std::string> Crowd::survivors_of_own() { return reported(alive(context().within(kPatience)), 0); }

std::vector<std::string> Crowd::reported(std::vector<Diagnosis> alive, std::size_t others) {
  std::vector<std::string> texts;
  for (Diagnosis& one : alive) {
    if (texts.size() == kMostReported) break;
    texts.push_back(one.text());
    evidence().diagnosis.push_back(std::move(one));
  }
  others += alive.size() - texts.size();
  if (others > 0) texts.push_back("and " + std::to_string(others) + " more");
  return texts;
}

Bystanders::Bystanders(Serving& box, std::string name)
    : outside_(guest("pause")),
      sibling_(std::move(name)),
      in_sibling_(guest("pause")),
      in_session_(leave_groups(box)),
      watched_(watch(in_session_.pid(), "the bystander in init's session")) {
  sibling_.take_in(in_sibling_.pid());
}

Bystanders::~Bystanders() {
  try {
    watched_.signal(SIGKILL);
    (void)watched_.await_death(context().within(kStep));
  } catch (const std::exception& error) {
    evidence().add({"process", std::string("the bystander in init's session: ") + error.what()});
  }
}

std::vector<std::string> Bystanders::dead() const {
  const auto has_ended = [](const Running& one) {
    return base::wait_ended(one.pidfd(), base::Deadline::in(std::chrono::nanoseconds{0}));
  };
  std::vector<std::string> gone;
  if (has_ended(outside_)) gone.emplace_back("the bystander outside the container's groups");
  if (has_ended(in_sibling_)) gone.emplace_back("the bystander in the group beside the container's");
  if (!watched_.alive() || watched_.doomed())
    gone.emplace_back("the bystander in init's session, outside the container's groups");
  return gone;
}

void create_in_shared_group(Container& box) {
  const Answer answer = box.create();
  if (!answer.ok()) throw Unsupported("the runtime does not put a second container into a group: " + answer.err);
}

}  // namespace runproof

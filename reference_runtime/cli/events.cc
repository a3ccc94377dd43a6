#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "base/deadline.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/oom_watch.h"
#include "reference_runtime/cgroup/stats.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/units.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct EventsOptions {
  std::string id;
  std::string interval = "5s";
  bool stats = false;
};

void print(const std::string& type, const std::string& id, const base::Json& data = {}) {
  base::OrderedJson event{{"type", type}, {"id", id}};
  if (!data.is_null()) event["data"] = data;
  fmt::print("{}\n", event.dump());
  std::fflush(stdout);
}

void print_stats(const std::string& id, const CgroupPlace& place) {
  base::Json stats = read_stats(place);
  if (fault("events_no_data")) stats = base::Json::object();
  print("stats", id, stats);
}

/// Stats at each interval and every OOM kill, until init has ended or nobody reads on.
void stream(const std::string& id, const CgroupPlace& place, const base::UniqueFd& init,
            std::chrono::nanoseconds interval) {
  OomWatch oom(place);
  auto next = base::Deadline::in(interval);
  for (;;) {
    pollfd polled[3] = {{oom.fd(), oom.events(), 0}, {init.get(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    if (::poll(polled, 3, next.poll_timeout()) < 0 && errno != EINTR) throw base::SysError("poll");
    const auto kills = polled[0].revents != 0 ? oom.take() : 0;
    for (unsigned long long i = 0; i < kills && !fault("events_no_oom"); ++i) print("oom", id);
    const bool ended = polled[1].revents != 0 && !fault("events_outlives_container");
    if (ended || (polled[2].revents & POLLERR) != 0) return;
    if (!next.passed()) continue;
    print_stats(id, place);
    next = base::Deadline::in(fault("events_interval_ignored") ? std::chrono::hours(1) : interval);
  }
}

int events(const Context& context, const EventsOptions& options) {
  const auto interval = parse_duration(options.interval);
  if (interval <= std::chrono::nanoseconds(0)) throw std::runtime_error("--interval must be greater than 0");
  const ContainerDir dir = context.store().open(options.id);
  const auto record = dir.read_record();
  const Status status = derive_status(dir, record);
  const auto init = record ? open_if_running(record->init) : std::nullopt;
  if (status == Status::stopped || status == Status::creating || !init)
    throw WrongStatus(fmt::format("container \"{}\" is not running: it is {}", options.id, word(status)));
  if (!record->cgroup) throw CgroupError("the container has no cgroup");
  if (options.stats) {
    print_stats(options.id, *record->cgroup);
  } else {
    stream(options.id, *record->cgroup, *init, interval);
  }
  return 0;
}

}  // namespace

void add_events(CLI::App& verb, Context& context) {
  auto options = std::make_shared<EventsOptions>();
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_option("--interval", options->interval, "Between two statistics, such as 100ms (default: 5s)");
  verb.add_flag("--stats", options->stats, "Print the statistics once");
  verb.callback([&context, options] { context.action = [&context, options] { return events(context, *options); }; });
}

}  // namespace refrun

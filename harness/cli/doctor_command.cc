#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/host/doctor.h"
#include "harness/lane/kernel.h"
#include "harness/lane/offer.h"

namespace runproof {
namespace {

struct Colours {
  std::string_view good;
  std::string_view bad;
  std::string_view off;
};

void print_fact(const DoctorLine& line) { fmt::print("{:<22} {}\n", line.subject, line.text); }

void print_lanes(const Environment& environment, const Colours& colours) {
  fmt::print("\nWhere cases can run (run --lane NAME, each also with --rootless for root):\n");
  for (const LaneOffer& offer : lane_offers(cache_folder(environment.cache, environment.home))) {
    fmt::print("  {}{:<3}{}  {:<20} {}\n", offer.can ? colours.good : colours.bad, offer.can ? "yes" : "no",
               colours.off, to_text(offer.lane), offer.text);
  }
}

int doctor(bool json, const Environment& environment) {
  if (json) {
    fmt::print("{}\n", base::Json(facts()).dump(2));
    return kAsExpected;
  }
  const Colours colours = environment.colour ? Colours{"\x1b[32m", "\x1b[33m", "\x1b[0m"} : Colours{};
  const std::vector<DoctorLine> lines = examine(facts());
  for (const DoctorLine& line : lines) {
    if (line.grade == DoctorLine::Grade::fact) print_fact(line);
  }
  fmt::print("\nWhat cases may need, and whether it is here:\n");
  for (const DoctorLine& line : lines) {
    if (line.grade == DoctorLine::Grade::can)
      fmt::print("  {}yes{}  {:<20} {}\n", colours.good, colours.off, line.subject, line.text);
  }
  for (const DoctorLine& line : lines) {
    if (line.grade != DoctorLine::Grade::cannot) continue;
    fmt::print("  {}no{}   {:<20} {}\n", colours.bad, colours.off, line.subject, line.text);
    if (!line.advice.empty()) fmt::print("       {:<20} {}\n", "", line.advice);
  }
  print_lanes(environment, colours);
  return kAsExpected;
}

}  // namespace

void add_doctor(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command = app.add_subcommand("doctor", "Say what this host can and cannot test, and what to do about it");
  const auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "The facts as one JSON object, as a log's header has them");
  command->footer("Exits 0 whatever it finds. `runproof explain ID` says the same of one case.");
  command->callback(
      [json, &environment, &action] { action = [=, &environment] { return doctor(*json, environment); }; });
}

}  // namespace runproof

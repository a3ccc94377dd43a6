#include "reports/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "reports/log.h"

namespace reports {
namespace {

struct LogPart {
  std::string name;
  std::string_view text;
  Log log;
};

LogPart read(const ShardText& shard) {
  LogPart part = {.name = shard.name, .text = shard.text, .log = {}};
  try {
    part.log = parse_log(shard.text);
  } catch (const LogError& error) {
    throw MergeError(fmt::format("{}: {}", shard.name, error.what()));
  }
  const Header& header = part.log.header;
  if (part.log.interrupted) throw MergeError(fmt::format("{}: the run was interrupted", shard.name));
  if (header.raw.contains("merged_from")) throw MergeError(fmt::format("{}: is merged already", shard.name));
  if (header.shard.count < 2) throw MergeError(fmt::format("{}: is a whole run, not a shard", shard.name));
  return part;
}

/// What the shards of one run have in common, as JSON pointers into the header. A run_id is not: each has its own.
constexpr std::array kCommon = {"/suite",   "/spec_version", "/runtime/name", "/runtime/version", "/runtime/sha256",
                                "/profile", "/wait",         "/lane",         "/rootless",        "/stress",
                                "/seed",    "/repeat",       "/shard/count"};

base::Json at(const Header& header, const std::string& pointer) {
  const base::Json::json_pointer place(pointer);
  return header.raw.contains(place) ? header.raw[place] : base::Json();
}

void check_alike(const LogPart& first, const LogPart& other) {
  for (const char* member : kCommon) {
    const base::Json one = at(first.log.header, member);
    const base::Json two = at(other.log.header, member);
    if (one == two) continue;
    throw MergeError(fmt::format("{} and {} are not shards of one run: {} is {} and {}", first.name, other.name, member,
                                 one.dump(), two.dump()));
  }
}

/// Each index once.
void check_indices(const std::vector<LogPart>& parts) {
  std::map<int, std::string> by_index;
  for (const LogPart& part : parts) {
    const Shard shard = part.log.header.shard;
    const auto [same, fresh] = by_index.emplace(shard.index, part.name);
    if (!fresh) {
      throw MergeError(
          fmt::format("{} and {} are both shard {} of {}", same->second, part.name, shard.index, shard.count));
    }
  }
  const int count = parts.front().log.header.shard.count;
  for (int index = 1; index <= count; ++index) {
    if (!by_index.contains(index)) throw MergeError(fmt::format("shard {} of {} is missing", index, count));
  }
}

/// `--shard i/n` deals the selected cases out in the order of their ids, one by one. Shards of one selection, put
/// together, show just that; those of different ones do not.
void check_deal(const std::vector<LogPart>& parts) {
  std::map<std::string, const LogPart*> by_case;
  for (const LogPart& part : parts) {
    for (const CaseInfo& info : part.log.header.plan) {
      const auto [other, fresh] = by_case.emplace(info.id, &part);
      if (!fresh) throw MergeError(fmt::format("{} and {} both hold {}", other->second->name, part.name, info.id));
    }
  }
  std::size_t place = 0;
  for (const auto& [id, part] : by_case) {
    const std::size_t dealt_to = place++ % parts.size() + 1;
    if (static_cast<std::size_t>(part->log.header.shard.index) != dealt_to) {
      throw MergeError(fmt::format("{} holds {}, which shard {} would: the shards select different cases", part->name,
                                   id, dealt_to));
    }
  }
}

base::Json merged_header(const std::vector<LogPart>& parts) {
  base::Json header = parts.front().log.header.raw;
  header["plan"] = base::Json::array();
  header["merged_from"] = base::Json::array();
  header["shard"] = {{"index", 1}, {"count", 1}};
  std::size_t planned = 0;
  std::string started = parts.front().log.header.started;
  for (const LogPart& part : parts) {
    const Header& from = part.log.header;
    for (const base::Json& entry : from.raw.value("plan", base::Json::array())) header["plan"].push_back(entry);
    header["merged_from"].push_back({{"run_id", from.run_id}, {"shard", from.shard.index}, {"started", from.started}});
    // RFC 3339 in UTC: the order of the text is the order of time.
    started = std::min(started, from.started);
    planned += from.planned;
  }
  std::sort(header["plan"].begin(), header["plan"].end(),
            [](const base::Json& a, const base::Json& b) { return a["id"] < b["id"]; });
  header["started"] = started;
  header["planned"] = planned;
  return header;
}

base::Json merged_footer(const std::vector<LogPart>& parts) {
  base::Json counts = base::Json::object();
  std::size_t leaks = 0;
  std::size_t reported = 0;
  double wall_ms = 0;
  std::string ended;
  for (const LogPart& part : parts) {
    for (const CaseRun& run : part.log.cases) {
      for (const Result& attempt : run.attempts) {
        const std::string outcome(word(attempt.outcome));
        counts[outcome] = counts.value(outcome, 0) + 1;
        leaks += attempt.leak ? 1 : 0;
        ++reported;
      }
    }
    wall_ms = std::max(wall_ms, part.log.wall_ms);
    ended = std::max(ended, part.log.ended);
  }
  return {{"event", "footer"}, {"ended", ended},       {"wall_ms", wall_ms},  {"counts", counts},
          {"leaks", leaks},    {"reported", reported}, {"interrupted", false}};
}

/// The lines between header and footer, as they are: members that this program does not know are kept.
std::string events_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!base::trim(line).empty()) lines.push_back(line);
  }
  std::string out;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) out.append(lines[i]).append("\n");
  return out;
}

}  // namespace

std::string merge_logs(const std::vector<ShardText>& shards) {
  if (shards.empty()) throw MergeError("nothing to merge");
  std::vector<LogPart> parts;
  for (const ShardText& shard : shards) parts.push_back(read(shard));
  for (const LogPart& part : parts) check_alike(parts.front(), part);
  check_indices(parts);
  check_deal(parts);
  std::sort(parts.begin(), parts.end(),
            [](const LogPart& a, const LogPart& b) { return a.log.header.shard.index < b.log.header.shard.index; });

  std::string out = merged_header(parts).dump() + "\n";
  for (const LogPart& part : parts) out += events_of(part.text);
  return out + merged_footer(parts).dump() + "\n";
}

}  // namespace reports

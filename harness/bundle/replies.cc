#include "harness/bundle/replies.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"

namespace runproof {
namespace {

using base::Json;

std::optional<Json> parse_record(std::string_view line) {
  try {
    Json record = base::parse_json(line);
    if (record.is_object()) return record;
  } catch (const base::JsonError&) {
  }
  return std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!base::trim(line).empty()) lines.push_back(base::trim(line));  // a terminal makes "\r\n" of "\n"
  }
  return lines;
}

}  // namespace

Replies Replies::parse(std::string_view text) {
  Replies replies;
  for (const std::string_view line : lines_of(text)) {
    const std::optional<Json> record = parse_record(line);
    if (!record) {
      replies.complete_ = false;
      replies.problem_ = "not a record: " + std::string(line.substr(0, 200));
      return replies;
    }
    if (replies.complete_) {
      replies.complete_ = false;
      replies.problem_ = "more after the completion record: " + std::string(line.substr(0, 200));
      return replies;
    }
    replies.complete_ = *record == Json{{"done", true}};
    if (!replies.complete_) replies.records_.push_back(*record);
  }
  if (replies.complete_) replies.problem_.clear();
  return replies;
}

Json Replies::of(std::string_view verb) const {
  const auto found = std::find_if(records_.begin(), records_.end(), [&](const Json& record) {
    const auto member = record.find("verb");
    return member != record.end() && *member == verb;
  });
  return found == records_.end() ? Json() : *found;
}

std::vector<HookRun> read_hook_log(const std::filesystem::path& log) {
  std::vector<HookRun> runs;
  const std::optional<std::string> text = base::read_file_if_there(log);
  if (!text) return runs;
  for (const std::string_view line : lines_of(*text)) {
    Json record = base::parse_json(line);
    std::string name = record.value("name", "");
    Json state = parse_record(record.value("stdin", "")).value_or(Json());
    runs.push_back({std::move(name), std::move(record), std::move(state)});
  }
  return runs;
}

}  // namespace runproof

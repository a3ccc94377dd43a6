// The file: read strictly, every problem with its place, and written in one form.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "harness/registry/expectations.h"

namespace runproof {
namespace {

constexpr std::array<std::string_view, 6> kExpected = {"failed", "timeout", "soft", "info", "leak", "flaky"};
constexpr std::array<std::string_view, 4> kCgroupModes = {"none", "v1", "hybrid", "v2"};

/// Reads a document and collects what is wrong with it.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  Expectations read(const base::Json& file) {
    Expectations all;
    if (!is_object(file, "")) return all;
    only_members(file, "", {"runtime", "expectations"});
    all.runtime = text(file, "", "runtime");
    if (!file.contains("expectations") || !file["expectations"].is_array()) {
      problem("/expectations", "wanted a list");
      return all;
    }
    std::size_t index = 0;
    for (const base::Json& entry : file["expectations"])
      all.entries.push_back(read_entry(entry, base::json_pointer("/expectations", index++)));
    find_twins(all);
    return all;
  }

  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  Expectation read_entry(const base::Json& json, const std::string& at) {
    Expectation entry{.place = fmt::format("{}: {}", name_, at)};
    if (!is_object(json, at)) return entry;
    only_members(json, at, {"id", "outcome", "reason", "link", "when", "expires"});
    entry.id = text(json, at, "id");
    if (entry.id.empty()) problem(at + "/id", "wanted the id of a case, or a glob");
    entry.reason = text(json, at, "reason");
    if (base::trim(entry.reason).empty()) problem(at + "/reason", "say why it is expected");
    entry.link = text(json, at, "link");
    for (std::string& word : texts(json, at, "outcome"))
      entry.outcomes.insert(one_of(kExpected, word, at + "/outcome"));
    if (entry.outcomes.empty())
      problem(at + "/outcome", fmt::format("wanted one or several of {}", fmt::join(kExpected, ", ")));
    if (entry.outcomes.contains("flaky") && entry.outcomes.size() > 1)
      problem(at + "/outcome", "flaky stands alone: it means that any outcome is known");
    if (json.contains("when")) entry.when = read_condition(json["when"], at + "/when");
    if (json.contains("expires")) entry.expires = read_day(text(json, at, "expires"), at + "/expires");
    return entry;
  }

  Condition read_condition(const base::Json& json, const std::string& at) {
    Condition when;
    if (!is_object(json, at)) return when;
    only_members(json, at, {"version", "cgroup", "kernel", "lane"});
    when.version = read_range(json, at, "version");
    when.kernel = read_range(json, at, "kernel");
    for (std::string& word : texts(json, at, "cgroup"))
      when.cgroup.push_back(one_of(kCgroupModes, word, at + "/cgroup"));
    when.lane = texts(json, at, "lane");
    return when;
  }

  std::optional<VersionRange> read_range(const base::Json& json, const std::string& at, const char* member) {
    if (!json.contains(member)) return std::nullopt;
    auto range = VersionRange::parse(text(json, at, member));
    if (!range) problem(at + "/" + member, "wanted versions, as in \"1.1.5\" or \">=1.1 <1.2\"");
    return range;
  }

  std::optional<std::chrono::year_month_day> read_day(std::string_view written, const std::string& at) {
    const auto parts = base::split(written, '-');
    const auto number = [&](std::size_t i) { return base::to_number(parts[i]).value_or(0); };
    if (parts.size() == 3 && parts[0].size() == 4 && parts[1].size() == 2 && parts[2].size() == 2) {
      const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0))),
                                            std::chrono::month(static_cast<unsigned>(number(1))),
                                            std::chrono::day(static_cast<unsigned>(number(2)))};
      if (day.ok()) return day;
    }
    problem(at, fmt::format("wanted a day, as in 2027-06-30, not \"{}\"", written));
    return std::nullopt;
  }

  /// Two entries with one id and one condition: the second could never speak.
  void find_twins(const Expectations& all) {
    std::map<std::string, const Expectation*> seen;
    for (const Expectation& entry : all.entries) {
      if (entry.id.empty()) continue;
      const auto text_of = [](const std::optional<VersionRange>& range) { return range ? range->text() : ""; };
      const std::string key =
          fmt::format("{}|{}|{}|{}|{}", entry.id, text_of(entry.when.version), text_of(entry.when.kernel),
                      base::join(entry.when.cgroup, ","), base::join(entry.when.lane, ","));
      const auto [first, fresh] = seen.emplace(key, &entry);
      if (!fresh) problems_.push_back(fmt::format("{}: says again what {} says", entry.place, first->second->place));
    }
  }

  bool is_object(const base::Json& json, const std::string& at) {
    if (!json.is_object()) problem(at, "wanted an object");
    return json.is_object();
  }

  void only_members(const base::Json& json, const std::string& at, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : json.items()) {
      if (std::ranges::find(known, name) == known.end())
        problem(base::json_pointer(at, name), fmt::format("unknown; there are {}", fmt::join(known, ", ")));
    }
  }

  std::string text(const base::Json& json, const std::string& at, const char* member) {
    if (!json.contains(member)) return "";
    if (json[member].is_string()) return json[member].get<std::string>();
    problem(base::json_pointer(at, member), "wanted a text");
    return "";
  }

  /// One text, or a list of them.
  std::vector<std::string> texts(const base::Json& json, const std::string& at, const char* member) {
    if (!json.contains(member)) return {};
    if (!json[member].is_array()) return {text(json, at, member)};
    std::vector<std::string> all;
    for (const base::Json& one : json[member]) {
      if (one.is_string()) {
        all.push_back(one.get<std::string>());
      } else {
        problem(base::json_pointer(at, member), "wanted texts");
      }
    }
    return all;
  }

  template <std::size_t N>
  std::string one_of(const std::array<std::string_view, N>& known, const std::string& word, const std::string& at) {
    if (std::ranges::find(known, word) == known.end())
      problem(at, fmt::format("wanted one of {}, not \"{}\"", fmt::join(known, ", "), word));
    return word;
  }

  void problem(std::string_view at, std::string_view what) {
    problems_.push_back(fmt::format("{}: {}: {}", name_, at.empty() ? "/" : at, what));
  }

  std::string name_;
  std::vector<std::string> problems_;
};

template <typename Words>
base::OrderedJson one_or_list(const Words& words) {
  if (words.size() == 1) return *words.begin();
  base::OrderedJson list = base::OrderedJson::array();
  for (const std::string& word : words) list.push_back(word);
  return list;
}

base::OrderedJson condition_json(const Condition& when) {
  base::OrderedJson json = base::OrderedJson::object();
  if (when.version) json["version"] = when.version->text();
  if (!when.cgroup.empty()) json["cgroup"] = one_or_list(when.cgroup);
  if (when.kernel) json["kernel"] = when.kernel->text();
  if (!when.lane.empty()) json["lane"] = one_or_list(when.lane);
  return json;
}

/// One line each, so that a change of one is a change of one line.
std::string entry_line(const Expectation& entry) {
  base::OrderedJson json = {{"id", entry.id}};
  json["outcome"] = one_or_list(entry.outcomes);
  const base::OrderedJson when = condition_json(entry.when);
  if (!when.empty()) json["when"] = when;
  if (entry.expires) json["expires"] = day_text(*entry.expires);
  json["reason"] = entry.reason;
  if (!entry.link.empty()) json["link"] = entry.link;
  return json.dump(-1, ' ', false, base::OrderedJson::error_handler_t::replace);
}

}  // namespace

std::string day_text(std::chrono::year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

Expectations Expectations::parse(std::string_view text, const std::string& name) {
  base::Json file;
  try {
    file = base::parse_json(text);
  } catch (const base::JsonError& error) {
    throw ExpectationsError({fmt::format("{}: {}", name, error.what())});
  }
  Reader reader(name);
  Expectations all = reader.read(file);
  if (!reader.problems().empty()) throw ExpectationsError(reader.problems());
  return all;
}

std::string Expectations::text() const {
  std::string lines;
  for (const Expectation& entry : entries)
    lines += fmt::format("{}\n    {}", lines.empty() ? "" : ",", entry_line(entry));
  const std::string head = runtime.empty() ? "" : fmt::format("  \"runtime\": {},\n", base::Json(runtime).dump());
  return fmt::format("{{\n{}  \"expectations\": [{}\n  ]\n}}\n", head, lines);
}

}  // namespace runproof

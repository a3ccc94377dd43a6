#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "base/sys_error.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct ListOptions {
  std::string format = "table";
  bool quiet = false;
};

base::OrderedJson describe(const Record& record, Status status) {
  base::OrderedJson json = state_json(record, status, /*pid=*/0);
  json["pid"] = status == Status::stopped ? 0 : record.init.pid;
  json["created"] = record.created_at;
  json["owner"] = record.owner;
  return json;
}

int list(const Context& context, const ListOptions& options) {
  base::OrderedJson all = base::OrderedJson::array();
  const Store store = context.store();
  std::error_code error;
  const bool there = std::filesystem::is_directory(context.root, error) || fault("list_missing_root_accepted");
  if (context.root_given && !there) throw base::SysError("--root " + context.root, error ? error.value() : ENOTDIR);
  for (const std::string& id : store.ids()) {
    try {
      const auto dir = store.open_if_there(id);
      if (!dir) continue;  // deleted meanwhile
      const auto record = dir->read_record();
      all.push_back(describe(record.value_or(Record{.id = id}), derive_status(*dir, record)));
    } catch (const std::exception& e) {
      fmt::print(stderr, "refrun: warning: container {}: {}\n", id, e.what());
    }
  }
  if (fault("list_forgets")) all.clear();
  if (options.format == "json" && !fault("list_json_is_table")) {
    fmt::print("{}\n", all.dump());
    return 0;
  }
  if (!options.quiet) {
    fmt::print("{:<20} {:<10} {:<10} {:<40} {:<30} {}\n", "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
  }
  for (const auto& one : all) {
    const std::string id = one.at("id");
    if (options.quiet) {
      fmt::print("{}\n", id);
      continue;
    }
    fmt::print("{:<20} {:<10} {:<10} {:<40} {:<30} {}\n", id, one.at("pid").get<int>(),
               one.at("status").get<std::string>(), one.at("bundle").get<std::string>(),
               one.at("created").get<std::string>(), one.at("owner").get<std::string>());
  }
  return 0;
}

}  // namespace

void add_list(CLI::App& verb, Context& context) {
  auto options = std::make_shared<ListOptions>();
  verb.add_option("--format,-f", options->format, "table or json")->check(CLI::IsMember({"table", "json"}));
  verb.add_flag("--quiet,-q", options->quiet, "Only the ids");
  verb.callback([&context, options] { context.action = [&context, options] { return list(context, *options); }; });
}

}  // namespace refrun

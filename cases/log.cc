// The log of the runtime: no matter of the spec, but callers such as containerd and conmon read it.
#include "base/file.h"
#include "base/text.h"
#include "harness/case.h"

namespace runproof {

namespace {

/// The records of a log whose level is "error"; a line that is no JSON object stands as the text it is.
std::vector<Json> errors_in(const std::filesystem::path& log) {
  std::vector<Json> records;
  const std::string text = base::read_file_if_there(log).value_or("");
  for (const std::string_view line : base::split(base::trim(text), '\n')) {
    Json record = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) record = line;
    if (!record.is_object() || record.value("level", "error") == "error") records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

CONFORMANCE_CASE(
    log, error_in_log, .clause = "runtime.md#errors", .level = cli,
    .claim = "with --log-format json the error of a failing create is one object in the log, with msg and time",
    .faults = {"log_not_json", "log_twice"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  box.globals().log = scratch() / "log.json";

  EXPECT_THAT(box.create({.bundle = (scratch() / "nowhere").string()}), FailsCleanly());
  const std::vector<Json> errors = errors_in(box.globals().log);
  ASSERT_THAT(errors, testing::SizeIs(1));
  EXPECT_THAT(errors.front(), Field("msg", testing::Ne(Json(""))));
  EXPECT_THAT(errors.front(), Field("time", testing::Ne(Json(""))));
}

}  // namespace runproof

#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "reports/log.h"

/// The logs in reports/testdata, for tests. They are made by make_logs.py there.
namespace reports {

inline std::string fixture_text(std::string_view name) {
  return base::read_file(std::string(RUNPROOF_SOURCE_DIR "/reports/testdata/").append(name).append(".jsonl"));
}

inline Log fixture(std::string_view name) { return parse_log(fixture_text(name)); }

inline NamedLog named_fixture(std::string_view name) { return {.name = std::string(name), .log = fixture(name)}; }

/// `text` with the first `from` in it replaced; throws std::out_of_range where there is none.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace reports

#pragma once

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace base {

/// Keeps members in the order they were written: for files that people read.
using OrderedJson = nlohmann::ordered_json;

/// Text that is not JSON as RFC 8259 and the spec's glossary want it. `what()` names line, column and reason.
class JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Parses strictly: UTF-8 only, no duplicate member names (glossary.md#glossaryJson), nothing after the value.
/// Depth is limited to 256. Throws JsonError.
Json parse_json(std::string_view text);

/// Where a value stands in a document, as RFC 6901 writes it: "/process/args/0". `~` and `/` in names are escaped.
std::string json_pointer(std::string_view parent, std::string_view member);
std::string json_pointer(std::string_view parent, std::size_t index);

}  // namespace base

#pragma once

#include <random>
#include <string>
#include <vector>

#include "base/json.h"

namespace refrun::fuzz {

using Random = std::mt19937_64;

/// A few bytes changed, removed, repeated, or exchanged for pieces of JSON: mostly no JSON afterwards.
std::string mutate_bytes(std::string text, Random& random);

/// A few values of the document exchanged for values that are odd for a config, removed, or put where another one was:
/// always JSON.
base::Json mutate_document(base::Json document, const std::vector<base::Json>& corpus, Random& random);

}  // namespace refrun::fuzz

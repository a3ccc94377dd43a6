#include "reference_runtime/config/fuzz/mutate.h"

#include <array>
#include <string_view>

namespace refrun::fuzz {
namespace {

using base::Json;

std::size_t below(std::size_t bound, Random& random) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

constexpr std::array<std::string_view, 16> kPieces{"{",    "}",  "[",     "]",  ",",    ":",   "\"",   "\\u0000",
                                                   "null", "-1", "1e400", "\\", "\xff", "0.1", "true", "\\ud800"};

/// Values at the edges of what a config may have.
Json odd_value(Random& random) {
  static const std::array<Json, 24> kValues{Json(nullptr),
                                            Json(true),
                                            Json(-1),
                                            Json(0),
                                            Json(65536),
                                            Json(4294967296),
                                            Json(INT64_MIN),
                                            Json(UINT64_MAX),
                                            Json(1.5),
                                            Json(""),
                                            Json("/"),
                                            Json("a"),
                                            Json(".."),
                                            Json("/../x"),
                                            Json(std::string("\0", 1)),
                                            Json("0-3,7"),
                                            Json("0-4294967295"),
                                            Json("RLIMIT_AS"),
                                            Json("SCMP_ACT_NOTIFY"),
                                            Json(std::string(5000, 'x')),
                                            Json("1.99999999999.0"),
                                            Json::array(),
                                            Json::object(),
                                            Json::array({1, "x", nullptr})};
  return kValues.at(below(kValues.size(), random));
}

/// Any value of the document, the document itself included.
Json* somewhere(Json& document, Random& random) {
  Json* place = &document;
  while (place->is_structured() && !place->empty() && below(6, random) != 0) {
    auto next = place->begin();
    std::advance(next, static_cast<std::ptrdiff_t>(below(place->size(), random)));
    place = &*next;
  }
  return place;
}

void remove_one(Json& place, Random& random) {
  if (!place.is_structured() || place.empty()) return;
  auto gone = place.begin();
  std::advance(gone, static_cast<std::ptrdiff_t>(below(place.size(), random)));
  place.erase(gone);
}

void repeat_one(Json& place, Random& random) {
  if (place.is_array() && !place.empty()) place.push_back(Json(place.at(below(place.size(), random))));
}

}  // namespace

std::string mutate_bytes(std::string text, Random& random) {
  for (std::size_t rounds = 1 + below(4, random); rounds > 0 && !text.empty(); --rounds) {
    const std::size_t at = below(text.size(), random);
    const std::size_t length = 1 + below(16, random);
    switch (below(5, random)) {
      case 0:
        text[at] = static_cast<char>(below(256, random));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.insert(at, kPieces.at(below(kPieces.size(), random)));
        break;
      default:
        text.resize(at);
        break;
    }
  }
  return text;
}

Json mutate_document(Json document, const std::vector<Json>& corpus, Random& random) {
  for (std::size_t rounds = 1 + below(5, random); rounds > 0; --rounds) {
    Json* const place = somewhere(document, random);
    switch (below(5, random)) {
      case 0:
      case 1:
        *place = odd_value(random);
        break;
      case 2:
        remove_one(*place, random);
        break;
      case 3:
        repeat_one(*place, random);
        break;
      default: {
        Json donor = corpus.at(below(corpus.size(), random));
        *place = Json(*somewhere(donor, random));
      }
    }
  }
  return document;
}

}  // namespace refrun::fuzz

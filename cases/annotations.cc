// config.md#annotations.
#include "harness/case.h"

namespace runproof {

namespace {

constexpr const char* kKey = "org.example.colour";

Config annotated(std::string key, std::string value) {
  return Config::minimal({"/probe", "true"}).annotation(std::move(key), std::move(value));
}

/// The annotations that `state` shows.
Json annotations_of(const Container& box) { return box.state_json().value("annotations", Json::object()); }

}  // namespace

CONFORMANCE_CASE(annotations, in_state, .clause = "runtime.md#state", .level = may,
                 .claim = "state shows the annotations, of a created and of a running container",
                 .faults = {"state_no_annotations"}) {
  Serving box = created_to_serve(annotated(kKey, "blue"));
  const Json before = annotations_of(box);

  box.serve();

  EXPECT_THAT(before, Field(kKey, "blue"));
  EXPECT_THAT(annotations_of(box), Field(kKey, "blue"));
}

CONFORMANCE_CASE(config, unknown_annotation, .clause = "config.md#annotations", .level = must,
                 .claim = "an unknown annotation is no error", .faults = {"config:set:/annotations/x=1"}) {
  const Config config = annotated("org.example.unheard.of", "{\"any\": \"text\"}");

  EXPECT_THAT(ask(config, {"/probe", "pid"}), Field("pid", 1));
}

namespace {

struct BadAnnotation {
  std::string_view name;
  Json value;
};
const BadAnnotation kBadAnnotations[] = {
    {"number", 7}, {"boolean", true}, {"object", {{"any", "thing"}}}, {"array", Json::array({"a"})}};

}  // namespace

CONFORMANCE_CASE_FOR(config, annotations_non_string_value, bad, kBadAnnotations, .clause = "config.md#annotations",
                     .level = must, .claim = "an annotation that is no string is an error",
                     .faults = {"config:drop:/annotations"}) {
  const Config config = Config::minimal({"/probe", "true"}).set("/annotations", Json{{kKey, bad.value}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, annotations_no_map, .clause = "config.md#annotations", .level = must,
                 .claim = "annotations that are no map are an error", .faults = {"config:drop:/annotations"}) {
  const Config config = Config::minimal({"/probe", "true"}).set("/annotations", Json::array({"org.example.colour"}));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, annotations_empty_key, .clause = "config.md#annotations", .level = must,
                 .claim = "an annotation with an empty key is an error", .faults = {"config:drop:/annotations"}) {
  EXPECT_THAT(container(annotated("", "blue")).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, annotations_empty_value, .clause = "config.md#annotations", .level = may,
                 .claim = "an annotation may be empty, and state shows it", .faults = {"state_no_annotations"}) {
  const Container box = created(annotated(kKey, ""));

  EXPECT_THAT(annotations_of(box), Field(kKey, ""));
}

namespace {

struct ReservedKey {
  std::string_view name;
  std::string_view key;
  std::string_view value;
};
constexpr ReservedKey kReserved[] = {
    {"os", "org.opencontainers.image.os", "linux"},
    {"architecture", "org.opencontainers.image.architecture", "amd64"},
    {"variant", "org.opencontainers.image.variant", "v3"},
    {"os_version", "org.opencontainers.image.os.version", "6.1"},
    {"os_features", "org.opencontainers.image.os.features", "one,two"},
    {"author", "org.opencontainers.image.author", "Nobody <nobody@example.org>"},
    {"created", "org.opencontainers.image.created", "2024-02-29T12:00:00Z"},
    {"stop_signal", "org.opencontainers.image.stopSignal", "SIGTERM"},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, annotations_reserved_image_keys, reserved, kReserved, .clause = "config.md#annotations",
                     .level = may, .claim = "the reserved image annotations may be used, and state shows them",
                     .faults = {"state_no_annotations"}) {
  const Container box = created(annotated(std::string{reserved.key}, std::string{reserved.value}));

  EXPECT_THAT(annotations_of(box), Field(std::string{reserved.key}, std::string{reserved.value}));
}

}  // namespace runproof

// config.json as a document: bundle.md, glossary.md#json, config.md's specification version, extensibility and valid
// values.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

namespace {

/// With this text as config.json.
Container container_of(Container box, std::string text) {
  box.bundle().write_raw(std::move(text));
  return box;
}

/// The text of a configuration with its members in the opposite order, at every depth.
std::string reversed(const Json& value) {
  if (value.is_array()) {
    std::vector<std::string> items;
    for (const Json& each : value) items.push_back(reversed(each));
    return fmt::format("[{}]", fmt::join(items, ","));
  }
  if (!value.is_object()) return value.dump();
  std::vector<std::string> members;
  for (const auto& [name, each] : value.items()) members.push_back(Json(name).dump() + ":" + reversed(each));
  std::reverse(members.begin(), members.end());
  return fmt::format("{{{}}}", fmt::join(members, ","));
}

}  // namespace

CONFORMANCE_CASE(config, json_missing, .clause = "bundle.md#container-format", .level = must,
                 .claim = "create in a bundle without config.json is an error, and nothing is made",
                 .faults = {"create_failure_exits_zero"}) {
  EXPECT_THAT(container(bare_bundle()).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, json_elsewhere, .clause = "bundle.md#container-format", .level = must,
                 .claim = "config.json is looked for at the root of the bundle alone",
                 .faults = {"create_failure_exits_zero"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  std::filesystem::rename(box.bundle().path() / "config.json", box.bundle().file("/config.json"));

  EXPECT_THAT(box.create(), FailsCleanly());
}

namespace {

struct BadText {
  std::string_view name;
  std::string_view text;
};
constexpr BadText kBadTexts[] = {{"empty", ""},
                                 {"no_json", "ociVersion: 1.0.2\n"},
                                 {"array", "[]"},
                                 {"cut_off", "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}"}};

}  // namespace

CONFORMANCE_CASE_FOR(config, json_invalid, bad, kBadTexts, .clause = "config.md#valid-values", .level = must,
                     .claim = "a config.json that is no JSON object is an error",
                     .faults = {"create_failure_exits_zero"}) {
  EXPECT_THAT(container_of(container(bare_bundle()), std::string{bad.text}).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, json_duplicate_keys, .clause = "glossary.md#json", .level = must,
                 .claim = "an object in config.json that names a member twice is refused", .faults = {"lenient_json"}) {
  const std::string text = Config::minimal({"/probe", "true"}).json().dump();

  EXPECT_THAT(container_of(container(bare_bundle()), "{\"hostname\":\"other\"," + text.substr(1)).create(),
              FailsCleanly());
}

CONFORMANCE_CASE(config, json_not_utf8, .clause = "glossary.md#json", .level = must,
                 .claim = "a config.json that is not UTF-8 is refused", .faults = {"lenient_json"}) {
  std::string text = Config::minimal({"/probe", "true"}).hostname("byte").json().dump();
  text.replace(text.find("byte"), 4, "b\xff");

  EXPECT_THAT(container_of(container(bare_bundle()), text).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, json_key_order, .clause = "glossary.md#json", .level = descr,
                 .claim = "the order of members in config.json means nothing", .faults = {"config:drop:/process/env"}) {
  const Bundle& here = bundle(Config::minimal({"/probe", "env"}).env({"COLOUR=blue"}));
  Container box = container(here);
  box.bundle().write_raw(reversed(Json::parse(base::read_file(here.path() / "config.json"))));

  EXPECT_THAT(told(box, "env").at("env").get<std::vector<std::string>>(), testing::Contains("COLOUR=blue"));
}

namespace {

struct VersionText {
  std::string_view name;
  std::string_view version;
};
constexpr VersionText kBadVersions[] = {{"word", "latest"},         {"two_parts", "1.0"},    {"four_parts", "1.0.2.0"},
                                        {"leading_zero", "1.00.2"}, {"leading_v", "v1.0.2"}, {"empty", ""},
                                        {"trailing", "1.0.2 "}};

}  // namespace

CONFORMANCE_CASE_FOR(config, oci_version_not_semver, bad, kBadVersions, .clause = "config.md#specification-version",
                     .level = must, .claim = "an ociVersion that is not of the form of SemVer 2.0.0 is an error",
                     .faults = {"config:set:/ociVersion=\"1.0.2\""}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).oci_version(std::string{bad.version})).create(),
              FailsCleanly());
}

namespace {

constexpr VersionText kOtherMajors[] = {{"newer", "2.0.0"}, {"older", "0.9.0"}};

}  // namespace

CONFORMANCE_CASE_FOR(config, oci_version_unsupported_major, version, kOtherMajors, .clause = "config.md#valid-values",
                     .level = must, .claim = "an ociVersion of another major version is an error",
                     .faults = {"config:set:/ociVersion=\"1.0.2\""}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).oci_version(std::string{version.version})).create(),
              FailsCleanly());
}

namespace {

constexpr VersionText kGoodVersions[] = {{"first", "1.0.0"},
                                         {"pre_release", "1.0.2-dev"},
                                         {"numbered_pre_release", "1.0.0-rc.10"},
                                         {"build_metadata", "1.0.2+debian.1"}};

}  // namespace

CONFORMANCE_CASE_FOR(config, oci_version, version, kGoodVersions, .clause = "config.md#specification-version",
                     .level = descr, .claim = "an ociVersion of this major version is accepted",
                     .faults = {"config:set:/ociVersion=\"2.0.0\""}) {
  const Config config = Config::minimal({}).oci_version(std::string{version.version});

  EXPECT_THAT(ask(config, {"/probe", "pid"}), Field("pid", 1));
}

namespace {

struct Unknown {
  std::string_view name;
  std::string_view pointer;
};
constexpr Unknown kUnknown[] = {
    {"toplevel", "/notInTheSpecification"},    {"process", "/process/notInTheSpecification"},
    {"root", "/root/notInTheSpecification"},   {"mount", "/mounts/0/notInTheSpecification"},
    {"linux", "/linux/notInTheSpecification"}, {"hooks", "/hooks/notInTheSpecification"}};

}  // namespace

CONFORMANCE_CASE_FOR(config, unknown_property, unknown, kUnknown, .clause = "config.md#extensibility", .level = must,
                     .claim = "a member that the specification does not know is ignored",
                     .faults = {"config:set:/ociVersion=\"2.0.0\""}) {
  const Config config = Config::minimal({}).set(unknown.pointer, Json{{"any", {1, "two"}}});

  EXPECT_THAT(ask(config, {"/probe", "pid"}), Field("pid", 1));
}

namespace {

struct WrongType {
  std::string_view name;
  std::string_view pointer;
  Json value;
};
const WrongType kWrongTypes[] = {{"oci_version", "/ociVersion", 1},
                                 {"process", "/process", "program"},
                                 {"env", "/process/env", {{"NAME", "value"}}},
                                 {"uid", "/process/user/uid", "0"},
                                 {"terminal", "/process/terminal", "no"},
                                 {"root_path", "/root/path", 7},
                                 {"readonly", "/root/readonly", "yes"},
                                 {"hostname", "/hostname", 7},
                                 {"mounts", "/mounts", "none"},
                                 {"namespace_type", "/linux/namespaces/0/type", 7},
                                 {"negative_uid", "/process/user/uid", -1},
                                 {"huge_uid", "/process/user/uid", 1ull << 40}};

}  // namespace

CONFORMANCE_CASE_FOR(config, wrong_type, wrong, kWrongTypes, .clause = "config.md#valid-values", .level = must,
                     .claim = "a member of another type than the specification gives it is an error",
                     .faults = {"config_problems_ignored"}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).set(wrong.pointer, wrong.value)).create(), FailsCleanly());
}

}  // namespace runproof

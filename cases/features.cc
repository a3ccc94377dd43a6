// features.md and features-linux.md: what a runtime says of itself.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "base/json.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/runtime/invoke.h"

namespace runproof {

using testing::IsSupersetOf;
using testing::Not;

namespace {

using Words = std::vector<std::string>;

/// What `features` printed. Throws CaseFailed where that is no JSON object.
Json features_in(const Answer& answer) {
  try {
    Json features = base::parse_json(answer.out);
    if (answer.ok() && features.is_object()) return features;
  } catch (const base::JsonError& error) {
    throw CaseFailed(std::string{"features printed no JSON: "} + error.what());
  }
  throw CaseFailed("features printed no JSON object: " + answer.out + answer.err);
}

/// The value at a JSON pointer, or null.
Json value_at(const Json& features, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  return features.contains(at) ? features.at(at) : Json();
}

/// Throws Unsupported where the runtime says nothing about it (features.md#features-structure lets it).
Json value_said_at(const Json& features, const std::string& pointer) {
  Json value = value_at(features, pointer);
  if (value.is_null()) throw Unsupported("features has nothing at " + pointer);
  return value;
}

/// The strings in the array at a JSON pointer, which may be none. Throws Unsupported as above, CaseFailed where it is
/// something else.
Words words_said_at(const Json& features, const std::string& pointer) {
  const Json list = value_said_at(features, pointer);
  try {
    return list.get<Words>();
  } catch (const Json::exception&) {
    throw CaseFailed("features has no array of strings at " + pointer + ": " + list.dump());
  }
}

/// "1.2.3-x" to {1, 2, 3}: what decides an order here.
std::vector<int> numbers_of(const std::string& version) {
  std::vector<int> numbers(3, -1);
  std::sscanf(version.c_str(), "%d.%d.%d", &numbers[0], &numbers[1], &numbers[2]);
  return numbers;
}

/// Members that the specification defines up to 1.3, by the object they are in; "*" stands for any name.
const std::map<std::string, std::set<std::string>> kDefined = {
    {"",
     {"ociVersionMin", "ociVersionMax", "hooks", "mountOptions", "annotations", "potentiallyUnsafeConfigAnnotations",
      "linux"}},
    {"/linux",
     {"namespaces", "capabilities", "cgroup", "seccomp", "apparmor", "selinux", "intelRdt", "mountExtensions",
      "netDevices", "memoryPolicy"}},
    {"/linux/cgroup", {"v1", "v2", "systemd", "systemdUser", "rdma"}},
    {"/linux/seccomp", {"enabled", "actions", "operators", "archs", "knownFlags", "supportedFlags"}},
    {"/linux/apparmor", {"enabled"}},
    {"/linux/selinux", {"enabled"}},
    {"/linux/intelRdt", {"enabled", "schemata", "monitoring"}},
    {"/linux/mountExtensions", {"idmap"}},
    {"/linux/mountExtensions/idmap", {"enabled"}},
    {"/linux/netDevices", {"enabled"}},
    {"/linux/memoryPolicy", {"modes", "flags"}},
};

/// JSON pointers of members that are none of those.
Words undefined_members(const Json& features) {
  Words found;
  for (const auto& [object, names] : kDefined) {
    const Json value = value_at(features, object);
    if (!value.is_object()) continue;
    for (const auto& [name, member] : value.items())
      if (!names.contains(name)) found.push_back(object + "/" + name);
  }
  return found;
}

/// A boolean or nothing.
bool is_flag(const Json& value) { return value.is_boolean() || value.is_null(); }

const Words kHookNames = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};

}  // namespace

CONFORMANCE_CASE(features, json, .clause = "features.md#features-structure", .level = may,
                 .claim = "features prints one JSON object", .features = {"features"}, .faults = {"features:set:=[]"}) {
  EXPECT_TRUE(features_in(runtime({"features"})).is_object());
}

CONFORMANCE_CASE(features, version_min_max, .clause = "features.md#specification-version", .level = must,
                 .claim = "features has ociVersionMin and an ociVersionMax that is not below it",
                 .features = {"features"},
                 .faults = {"features:drop:/ociVersionMin", "features:set:/ociVersionMax=\"0.1.0\""}) {
  const Json said = features_in(runtime({"features"}));

  ASSERT_TRUE(value_at(said, "/ociVersionMin").is_string());
  ASSERT_TRUE(value_at(said, "/ociVersionMax").is_string());
  EXPECT_GE(numbers_of(said.at("ociVersionMax")), numbers_of(said.at("ociVersionMin")));
}

namespace {

constexpr std::string_view kVersions[] = {"min", "max"};

}  // namespace

CONFORMANCE_CASE_FOR(features, version_accepted, which, kVersions, .clause = "features.md#specification-version",
                     .level = must, .claim = "configurations of ociVersionMin and of ociVersionMax are accepted",
                     .features = {"features"}, .faults = {"config:set:/ociVersion=\"2.0.0\""}) {
  const Json said = features_in(runtime({"features"}));
  const std::string version = said.value(which == "min" ? "ociVersionMin" : "ociVersionMax", "");

  EXPECT_THAT(ask(Config::minimal({}).oci_version(version), {"/probe", "pid"}), Field("pid", 1));
}

CONFORMANCE_CASE(features, no_undefined, .clause = "features.md#specification-version", .level = must,
                 .claim = "features has no member that the specification does not define", .features = {"features"},
                 .faults = {"features:set:/linux/cgroup/v3=true", "features:set:/extra=true"}) {
  EXPECT_THAT(undefined_members(features_in(runtime({"features"}))), testing::IsEmpty());
}

CONFORMANCE_CASE(features, hooks, .clause = "features.md#hooks", .level = descr,
                 .claim = "features names hooks of config.json and no others", .features = {"features"},
                 .faults = {"features:set:/hooks/-=\"prestop\"", "features:set:/hooks=7"}) {
  EXPECT_THAT(kHookNames, IsSupersetOf(words_said_at(features_in(runtime({"features"})), "/hooks")));
}

CONFORMANCE_CASE(features, mount_options, .clause = "features.md#mount-options", .level = descr,
                 .claim = "features names the mount options that a runtime must know", .features = {"features"},
                 .faults = {"features:set:/mountOptions=[\"ro\"]"}) {
  const Words must_know = {"bind",  "ro",     "rw",    "nosuid",  "nodev",    "noexec",     "remount", "noatime",
                           "rbind", "shared", "slave", "private", "relatime", "unbindable", "rslave",  "rprivate"};

  EXPECT_THAT(words_said_at(features_in(runtime({"features"})), "/mountOptions"), IsSupersetOf(must_know));
}

CONFORMANCE_CASE(features, mount_options_no_fs_specific, .clause = "features.md#mount-options", .level = should,
                 .claim = "features names no mount option that only one file system understands",
                 .features = {"features"}, .faults = {"features:set:/mountOptions/-=\"size\""}) {
  const Words data = {"size", "mode", "gid", "uid", "lowerdir", "upperdir", "newinstance", "ptmxmode", "hidepid"};

  EXPECT_THAT(words_said_at(features_in(runtime({"features"})), "/mountOptions"),
              testing::Each(Not(testing::AnyOfArray(data))));
}

CONFORMANCE_CASE(features, namespaces, .clause = "features-linux.md#namespaces", .level = descr,
                 .claim = "features names types of namespaces that Linux has", .features = {"features"},
                 .faults = {"features:set:/linux/namespaces/-=\"mnt\""}) {
  const Words types = {"cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"};

  EXPECT_THAT(types, IsSupersetOf(words_said_at(features_in(runtime({"features"})), "/linux/namespaces")));
}

CONFORMANCE_CASE(features, capabilities, .clause = "features-linux.md#capabilities", .level = descr,
                 .claim = "features names the capabilities that Linux has had from the beginning",
                 .features = {"features"}, .faults = {"features:set:/linux/capabilities=[\"CAP_KILL\"]"}) {
  const Words old = {"CAP_CHOWN",  "CAP_DAC_OVERRIDE", "CAP_KILL",  "CAP_NET_ADMIN",  "CAP_SETGID",
                     "CAP_SETUID", "CAP_SYS_ADMIN",    "CAP_MKNOD", "CAP_AUDIT_WRITE"};

  EXPECT_THAT(words_said_at(features_in(runtime({"features"})), "/linux/capabilities"), IsSupersetOf(old));
}

namespace {

struct Flag {
  std::string_view name;
  std::vector<std::string> pointers;
};
const Flag kFlags[] = {
    {"cgroup",
     {"/linux/cgroup/v1", "/linux/cgroup/v2", "/linux/cgroup/systemd", "/linux/cgroup/systemdUser",
      "/linux/cgroup/rdma"}},
    {"lsm", {"/linux/apparmor/enabled", "/linux/selinux/enabled"}},
    {"seccomp", {"/linux/seccomp/enabled"}},
    {"rdt", {"/linux/intelRdt/enabled", "/linux/intelRdt/schemata", "/linux/intelRdt/monitoring"}},
    {"idmap", {"/linux/mountExtensions/idmap/enabled"}},
    {"netdevices", {"/linux/netDevices/enabled"}},
};

/// Those of `pointers` at which there is something else than true, false or nothing.
Words no_flags(const Json& features, const Words& pointers) {
  Words wrong;
  std::ranges::copy_if(pointers, std::back_inserter(wrong),
                       [&](const std::string& pointer) { return !is_flag(value_at(features, pointer)); });
  return wrong;
}

}  // namespace

CONFORMANCE_CASE_FOR(features, flags, flag, kFlags, .clause = "features-linux.md#cgroup", .level = descr,
                     .claim = "what features says to be there or not is true, false or null", .features = {"features"},
                     .faults = {"features:set:/linux={\"cgroup\":{\"v1\":\"yes\"},\"apparmor\":{\"enabled\":1},"
                                "\"seccomp\":{\"enabled\":[]},\"intelRdt\":{\"enabled\":0},\"mountExtensions\":{"
                                "\"idmap\":{\"enabled\":\"\"}},\"netDevices\":{\"enabled\":\"no\"}}"}) {
  EXPECT_THAT(no_flags(features_in(runtime({"features"})), flag.pointers), testing::IsEmpty());
}

CONFORMANCE_CASE(features, annotations, .clause = "features.md#annotations", .level = must,
                 .claim = "the annotations of features are a map of strings", .features = {"features"},
                 .faults = {"features:set:/annotations=[\"a\"]", "features:set:/annotations/x=1"}) {
  const Json said = value_said_at(features_in(runtime({"features"})), "/annotations");

  EXPECT_TRUE(said.is_object());
  EXPECT_TRUE(std::ranges::all_of(said, [](const Json& value) { return value.is_string(); })) << said;
}

CONFORMANCE_CASE(features, unsafe_annotations, .clause = "features.md#unsafe-annotations-in-configjson", .level = descr,
                 .claim = "potentiallyUnsafeConfigAnnotations is a list of names and prefixes",
                 .features = {"features"}, .faults = {"features:set:/potentiallyUnsafeConfigAnnotations={\"a\":1}"}) {
  const Words names = words_said_at(features_in(runtime({"features"})), "/potentiallyUnsafeConfigAnnotations");

  EXPECT_THAT(names, testing::Each(testing::Not(testing::IsEmpty())));
  EXPECT_THAT(std::set<std::string>(names.begin(), names.end()), testing::SizeIs(names.size()));
}

CONFORMANCE_CASE(features, host_independent, .clause = "features.md#features-structure", .level = should,
                 .claim = "features prints the same for a caller without privileges", .needs = {need::root},
                 .features = {"features"}, .faults = {"features_follow_caller"}) {
  const GlobalOptions options;
  Command unprivileged = command_for(options, {"features"}, {.identity = Identity{.uid = 65'534, .gid = 65'534}});

  EXPECT_EQ(base::parse_json(run(unprivileged).out), features_in(runtime({"features"})));
}

}  // namespace runproof

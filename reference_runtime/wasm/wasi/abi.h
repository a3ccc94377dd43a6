#pragma once

// WASI preview 1 as it lies in a module's memory: numbers and layouts of wasi_snapshot_preview1.witx.

#include <cstddef>
#include <cstdint>

namespace refrun::wasm::wasi {

enum class Errno : std::uint16_t {
  success = 0,
  toobig = 1,
  acces = 2,
  addrinuse = 3,
  addrnotavail = 4,
  afnosupport = 5,
  again = 6,
  already = 7,
  badf = 8,
  badmsg = 9,
  busy = 10,
  canceled = 11,
  child = 12,
  connaborted = 13,
  connrefused = 14,
  connreset = 15,
  deadlk = 16,
  destaddrreq = 17,
  dom = 18,
  dquot = 19,
  exist = 20,
  fault = 21,
  fbig = 22,
  hostunreach = 23,
  idrm = 24,
  ilseq = 25,
  inprogress = 26,
  intr = 27,
  inval = 28,
  io = 29,
  isconn = 30,
  isdir = 31,
  loop = 32,
  mfile = 33,
  mlink = 34,
  msgsize = 35,
  multihop = 36,
  nametoolong = 37,
  netdown = 38,
  netreset = 39,
  netunreach = 40,
  nfile = 41,
  nobufs = 42,
  nodev = 43,
  noent = 44,
  noexec = 45,
  nolck = 46,
  nolink = 47,
  nomem = 48,
  nomsg = 49,
  noprotoopt = 50,
  nospc = 51,
  nosys = 52,
  notconn = 53,
  notdir = 54,
  notempty = 55,
  notrecoverable = 56,
  notsock = 57,
  notsup = 58,
  notty = 59,
  nxio = 60,
  overflow = 61,
  ownerdead = 62,
  perm = 63,
  pipe = 64,
  proto = 65,
  protonosupport = 66,
  prototype = 67,
  range = 68,
  rofs = 69,
  spipe = 70,
  srch = 71,
  stale = 72,
  timedout = 73,
  txtbsy = 74,
  xdev = 75,
  notcapable = 76,
};

/// From errno. What WASI has no number for is `io`.
Errno errno_from(int error);
/// errno, as it is now.
Errno last_errno();
/// What a system call that gives nothing but success or failure has said.
inline Errno answer(int result) { return result == 0 ? Errno::success : last_errno(); }

enum Rights : std::uint64_t {
  kFdDatasync = 1 << 0,
  kFdRead = 1 << 1,
  kFdSeek = 1 << 2,
  kFdFdstatSetFlags = 1 << 3,
  kFdSync = 1 << 4,
  kFdTell = 1 << 5,
  kFdWrite = 1 << 6,
  kFdAdvise = 1 << 7,
  kFdAllocate = 1 << 8,
  kPathCreateDirectory = 1 << 9,
  kPathCreateFile = 1 << 10,
  kPathLinkSource = 1 << 11,
  kPathLinkTarget = 1 << 12,
  kPathOpen = 1 << 13,
  kFdReaddir = 1 << 14,
  kPathReadlink = 1 << 15,
  kPathRenameSource = 1 << 16,
  kPathRenameTarget = 1 << 17,
  kPathFilestatGet = 1 << 18,
  kPathFilestatSetSize = 1 << 19,
  kPathFilestatSetTimes = 1 << 20,
  kFdFilestatGet = 1 << 21,
  kFdFilestatSetSize = 1 << 22,
  kFdFilestatSetTimes = 1 << 23,
  kPathSymlink = 1 << 24,
  kPathRemoveDirectory = 1 << 25,
  kPathUnlinkFile = 1 << 26,
  kPollFdReadwrite = 1 << 27,
  kSockShutdown = 1 << 28,
  kSockAccept = 1 << 29,
  kAllRights = (1 << 30) - 1,
  kOfFilesAlone = kFdRead | kFdSeek | kFdTell | kFdWrite | kFdAllocate | kFdFilestatSetSize,  // no directory has them
};

enum class Filetype : std::uint8_t {
  unknown,
  block_device,
  character_device,
  directory,
  regular_file,
  socket_dgram,
  socket_stream,
  symlink
};

enum Fdflags : std::uint16_t { kAppend = 1, kDsync = 2, kNonblock = 4, kRsync = 8, kSync = 16 };
enum Oflags : std::uint16_t { kCreat = 1, kDirectory = 2, kExcl = 4, kTrunc = 8 };
enum Fstflags : std::uint16_t { kAtim = 1, kAtimNow = 2, kMtim = 4, kMtimNow = 8 };
enum Sdflags : std::uint8_t { kShutRead = 1, kShutWrite = 2 };
enum Riflags : std::uint16_t { kPeek = 1, kWaitall = 2 };
enum Eventtype : std::uint8_t { kClock = 0, kEventRead = 1, kEventWrite = 2 };
constexpr std::uint32_t kSymlinkFollow = 1;
constexpr std::uint16_t kAbsoluteTime = 1;
constexpr std::uint16_t kHangup = 1;
constexpr std::uint16_t kTruncated = 1;

struct Fdstat {
  Filetype filetype = Filetype::unknown;
  std::uint16_t flags = 0;
  std::uint64_t rights_base = 0;
  std::uint64_t rights_inheriting = 0;
};
static_assert(sizeof(Fdstat) == 24 && offsetof(Fdstat, flags) == 2 && offsetof(Fdstat, rights_base) == 8);

struct Filestat {
  std::uint64_t dev = 0;
  std::uint64_t ino = 0;
  Filetype filetype = Filetype::unknown;
  std::uint64_t nlink = 0;
  std::uint64_t size = 0;
  std::uint64_t atim = 0;  // ns
  std::uint64_t mtim = 0;
  std::uint64_t ctim = 0;
};
static_assert(sizeof(Filestat) == 64 && offsetof(Filestat, nlink) == 24);

struct Prestat {
  std::uint8_t tag = 0;  // 0: a directory
  std::uint32_t name_length = 0;
};
static_assert(sizeof(Prestat) == 8);

struct Dirent {
  std::uint64_t next = 0;
  std::uint64_t ino = 0;
  std::uint32_t name_length = 0;
  Filetype type = Filetype::unknown;
};
static_assert(sizeof(Dirent) == 24 && offsetof(Dirent, type) == 20);

struct Iovec {
  std::uint32_t at = 0;
  std::uint32_t length = 0;
};
static_assert(sizeof(Iovec) == 8);

struct Subscription {
  std::uint64_t userdata = 0;
  Eventtype type = kClock;
  alignas(8) std::uint32_t id = 0;  // the clock, or the descriptor
  std::uint64_t timeout = 0;
  std::uint64_t precision = 0;
  std::uint16_t flags = 0;
};
static_assert(sizeof(Subscription) == 48 && offsetof(Subscription, id) == 16 && offsetof(Subscription, flags) == 40);

struct Event {
  std::uint64_t userdata = 0;
  Errno error = Errno::success;
  Eventtype type = kClock;
  std::uint64_t bytes = 0;
  std::uint16_t flags = 0;
};
static_assert(sizeof(Event) == 32 && offsetof(Event, type) == 10 && offsetof(Event, bytes) == 16);

}  // namespace refrun::wasm::wasi

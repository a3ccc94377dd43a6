#include <cerrno>

#include "reference_runtime/wasm/wasi/abi.h"

namespace refrun::wasm::wasi {

Errno errno_from(int error) {
  switch (error) {
#define X(host, wasi) \
  case host:          \
    return Errno::wasi;
    // clang-format off
    X(0, success)
    X(E2BIG, toobig)
    X(EACCES, acces)
    X(EADDRINUSE, addrinuse)
    X(EADDRNOTAVAIL, addrnotavail)
    X(EAFNOSUPPORT, afnosupport)
    X(EAGAIN, again)
    X(EALREADY, already)
    X(EBADF, badf)
    X(EBADMSG, badmsg)
    X(EBUSY, busy)
    X(ECANCELED, canceled)
    X(ECHILD, child)
    X(ECONNABORTED, connaborted)
    X(ECONNREFUSED, connrefused)
    X(ECONNRESET, connreset)
    X(EDEADLK, deadlk)
    X(EDESTADDRREQ, destaddrreq)
    X(EDOM, dom)
    X(EDQUOT, dquot)
    X(EEXIST, exist)
    X(EFAULT, fault)
    X(EFBIG, fbig)
    X(EHOSTUNREACH, hostunreach)
    X(EIDRM, idrm)
    X(EILSEQ, ilseq)
    X(EINPROGRESS, inprogress)
    X(EINTR, intr)
    X(EINVAL, inval)
    X(EIO, io)
    X(EISCONN, isconn)
    X(EISDIR, isdir)
    X(ELOOP, loop)
    X(EMFILE, mfile)
    X(EMLINK, mlink)
    X(EMSGSIZE, msgsize)
    X(EMULTIHOP, multihop)
    X(ENAMETOOLONG, nametoolong)
    X(ENETDOWN, netdown)
    X(ENETRESET, netreset)
    X(ENETUNREACH, netunreach)
    X(ENFILE, nfile)
    X(ENOBUFS, nobufs)
    X(ENODEV, nodev)
    X(ENOENT, noent)
    X(ENOEXEC, noexec)
    X(ENOLCK, nolck)
    X(ENOLINK, nolink)
    X(ENOMEM, nomem)
    X(ENOMSG, nomsg)
    X(ENOPROTOOPT, noprotoopt)
    X(ENOSPC, nospc)
    X(ENOSYS, nosys)
    X(ENOTCONN, notconn)
    X(ENOTDIR, notdir)
    X(ENOTEMPTY, notempty)
    X(ENOTRECOVERABLE, notrecoverable)
    X(ENOTSOCK, notsock)
    X(EOPNOTSUPP, notsup)
    X(ENOTTY, notty)
    X(ENXIO, nxio)
    X(EOVERFLOW, overflow)
    X(EOWNERDEAD, ownerdead)
    X(EPERM, perm)
    X(EPIPE, pipe)
    X(EPROTO, proto)
    X(EPROTONOSUPPORT, protonosupport)
    X(EPROTOTYPE, prototype)
    X(ERANGE, range)
    X(EROFS, rofs)
    X(ESPIPE, spipe)
    X(ESRCH, srch)
    X(ESTALE, stale)
    X(ETIMEDOUT, timedout)
    X(ETXTBSY, txtbsy)
    X(EXDEV, xdev)
    // clang-format on
#undef X
    default:
      return Errno::io;
  }
}

Errno last_errno() { return errno_from(errno); }

}  // namespace refrun::wasm::wasi

#pragma once

#include <sys/socket.h>

namespace refrun {

/// Room for the control message that carries one descriptor, aligned as cmsg(3) wants it.
union FdControl {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

}  // namespace refrun

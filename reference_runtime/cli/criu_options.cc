#include "reference_runtime/cli/criu_options.h"

namespace refrun {

void add_criu_options(CLI::App& verb, CriuOptions& options) {
  verb.add_option("--image-path", options.image_path, "Directory of the images (default: checkpoint)");
  verb.add_option("--work-path", options.work_path, "Directory of criu's logs (default: that of the images)");
  verb.add_flag("--tcp-established", options.tcp_established, "Established TCP connections, too");
  verb.add_flag("--ext-unix-sk", options.ext_unix_sk, "Unix sockets to the outside, too");
  verb.add_flag("--shell-job", options.shell_job, "Sessions that began outside, too");
  verb.add_flag("--file-locks", options.file_locks, "File locks, too");
  verb.add_flag("--auto-dedup", options.auto_dedup, "Drop what is in earlier images, too");
}

}  // namespace refrun

//! What the process gives up at its start: being read by others, leaving a core, making files that others may open.

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Hardens the process. To be called first in `main`: what was in memory before it could have been read.
///
/// Nothing is reported: each of the three can only fail where the kernel doesn't know it, which the user can't change. The
/// files' own modes are set explicitly wherever they are made; the umask is the second lock on that door.
pub fn harden() {
    // The same user's debugger, `/proc/PID/mem` and `/proc/PID/environ` are denied from here on.
    #[cfg(target_os = "linux")]
    let _unsupported = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let _unsupported = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    umask(Mode::RWXG | Mode::RWXO);
}

/// Whether debuggers of the same user are kept out; `None` where that can't be known.
pub fn is_closed() -> Option<bool> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, dumpable_behavior};
        dumpable_behavior().ok().map(|behavior| behavior == DumpableBehavior::NotDumpable)
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Whether the process leaves no core behind when it dies.
pub fn leaves_no_core() -> bool {
    getrlimit(Resource::Core).current == Some(0)
}

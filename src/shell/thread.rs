//! Threads, named: the only place that starts one, what tells one to stop, and what becomes of one that panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{Builder, JoinHandle, ThreadId};
use std::{io, thread};

use crate::error::{Exit, Problem};

/// Tells work on another thread that nobody waits for it: every copy is the same switch.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Tells it; the work stops within some hundredths of a second.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was told.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Starts a thread with a name that shows in `ps -T` and debuggers.
pub fn spawn<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    Builder::new().name(name.to_owned()).spawn(work)
}

/// Does `work`; a panic in it becomes a problem that names the place in the source. Its text stays unsaid: it may hold what the
/// work was about.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_unsaid| {
        let place = std::mem::take(&mut *PLACE.lock().unwrap_or_else(PoisonError::into_inner));
        Problem::new(Exit::Failed, format!("a defect{place} stopped this"))
            .hint("nothing was saved by it; report the place")
    })
}

/// Marks this thread as the one whose panics end the program.
pub fn mark_main() {
    // Only the first one counts.
    let _marked = MAIN.set(thread::current().id());
}

/// Whether this is the thread whose panics end the program.
pub fn is_main() -> bool {
    MAIN.get().is_none_or(|id| *id == thread::current().id())
}

/// Keeps the place of a panic for [`guarded`].
pub fn note_panic(place: String) {
    *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
}

static MAIN: OnceLock<ThreadId> = OnceLock::new();
static PLACE: Mutex<String> = Mutex::new(String::new());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_problem_without_its_text() {
        let problem = guarded(|| assert!(std::hint::black_box(false), "hunter2")).unwrap_err();
        assert!(!format!("{problem:?}").contains("hunter2"));
        assert_eq!(guarded(|| 7), Ok(7));
    }
}

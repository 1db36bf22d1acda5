//! The clocks: what time it is for people, and a clock and an alarm that run through suspend.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustix::time::{ClockId, clock_gettime};

pub use alarm::Alarm;

use crate::app::Now;

/// The time for people and records. It may jump.
pub fn wall() -> Timestamp {
    Timestamp::now()
}

/// Both clocks, as messages carry them.
pub fn now(zone: &TimeZone) -> Now {
    Now { wall: wall(), boot: boot(), zone: zone.clone() }
}

/// The zone in which times are shown.
pub fn zone() -> TimeZone {
    TimeZone::system()
}

/// Time since the computer was started, suspend included. It never jumps: what has to lock or expire is counted on it.
///
/// `Instant` won't do: on Linux it stands still while the computer sleeps.
pub fn boot() -> Duration {
    let time = clock_gettime(BOOT);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

#[cfg(target_os = "linux")]
const BOOT: ClockId = ClockId::Boottime;
/// On Darwin this clock goes on in sleep; on other systems it's the nearest that there is.
#[cfg(not(target_os = "linux"))]
const BOOT: ClockId = ClockId::Monotonic;

#[cfg(target_os = "linux")]
mod alarm {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::sync::Arc;
    use std::time::Duration;

    use rustix::io::Errno;
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };

    use crate::shell::thread;

    /// Rings at a boot time, also when that passed while the computer slept (then as soon as it wakes; it doesn't wake it).
    ///
    /// A kernel timer on the boot clock, and a thread that is blocked in reading it: waiting costs no processor time, however
    /// long it takes, and a new time needs no message to that thread.
    pub struct Alarm {
        timer: Arc<OwnedFd>,
        at: Option<Duration>,
    }

    impl Alarm {
        /// An alarm that is not set. `ring` is called on a thread of its own, until it answers `false`.
        pub fn new(ring: impl Fn() -> bool + Send + 'static) -> io::Result<Self> {
            let timer = Arc::new(timerfd_create(TimerfdClockId::Boottime, TimerfdFlags::CLOEXEC)?);
            let waited = Arc::clone(&timer);
            thread::spawn("alarm", move || {
                let mut count = [0; 8];
                loop {
                    match rustix::io::read(&*waited, &mut count) {
                        Ok(_) if ring() => {}
                        Err(Errno::INTR) => {}
                        _ => return,
                    }
                }
            })?;
            Ok(Self { timer, at: None })
        }

        /// Rings at `at` and not before; `None` stops it. A time that is past rings at once.
        pub fn set(&mut self, at: Option<Duration>) {
            if at == self.at {
                return;
            }
            self.at = at;
            let zero = Timespec { tv_sec: 0, tv_nsec: 0 };
            let value = at.map_or(zero, |at| Timespec {
                tv_sec: at.as_secs().try_into().unwrap_or(i64::MAX),
                // All zero would stop it instead.
                tv_nsec: at.subsec_nanos().max(1).into(),
            });
            let spec = Itimerspec { it_interval: zero, it_value: value };
            // It can only fail for a descriptor or time that isn't one.
            let _impossible = timerfd_settime(&*self.timer, TimerfdTimerFlags::ABSTIME, &spec);
        }

        /// Has rung: the same time may be set again.
        pub fn rung(&mut self) {
            self.at = None;
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod alarm {
    use std::io;
    use std::sync::{Arc, Condvar, Mutex, PoisonError};
    use std::time::Duration;

    use crate::shell::thread;

    /// Rings at a boot time. Here no timer runs through sleep: while (and only while) a time is set, a thread looks at the boot
    /// clock at least once a second.
    pub struct Alarm {
        shared: Arc<(Mutex<Option<Duration>>, Condvar)>,
        at: Option<Duration>,
    }

    impl Alarm {
        /// An alarm that is not set. `ring` is called on a thread of its own, until it answers `false`.
        pub fn new(ring: impl Fn() -> bool + Send + 'static) -> io::Result<Self> {
            let shared = Arc::new((Mutex::new(None::<Duration>), Condvar::new()));
            let waited = Arc::clone(&shared);
            thread::spawn("alarm", move || {
                let (at, changed) = &*waited;
                let mut set = at.lock().unwrap_or_else(PoisonError::into_inner);
                loop {
                    let Some(time) = *set else {
                        set = changed.wait(set).unwrap_or_else(PoisonError::into_inner);
                        continue;
                    };
                    let left = time.saturating_sub(super::boot());
                    if left.is_zero() {
                        *set = None;
                        if !ring() {
                            return;
                        }
                    } else {
                        let slice = left.min(Duration::from_secs(1));
                        set = changed.wait_timeout(set, slice).unwrap_or_else(PoisonError::into_inner).0;
                    }
                }
            })?;
            Ok(Self { shared, at: None })
        }

        /// Rings at `at` and not before; `None` stops it. A time that is past rings at once.
        pub fn set(&mut self, at: Option<Duration>) {
            if at != self.at {
                self.at = at;
                *self.shared.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
                self.shared.1.notify_one();
            }
        }

        /// Has rung: the same time may be set again.
        pub fn rung(&mut self) {
            self.at = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn an_alarm_rings_at_its_time_and_never_when_taken_back() {
        let (tell, rung) = mpsc::channel();
        let mut alarm = Alarm::new(move || tell.send(boot()).is_ok()).unwrap();
        alarm.set(Some(boot() + Duration::from_hours(1)));
        let at = boot() + Duration::from_millis(40);
        alarm.set(Some(at));
        assert!(rung.recv_timeout(Duration::from_secs(5)).unwrap() >= at);
        alarm.rung();
        alarm.set(Some(boot() + Duration::from_millis(40)));
        alarm.set(None);
        assert!(rung.recv_timeout(Duration::from_millis(120)).is_err());
    }

    #[test]
    fn a_time_that_is_past_rings_at_once() {
        let (tell, rung) = mpsc::channel();
        let mut alarm = Alarm::new(move || tell.send(()).is_ok()).unwrap();
        alarm.set(Some(Duration::from_secs(1)));
        assert!(rung.recv_timeout(Duration::from_secs(5)).is_ok());
    }
}

//! Key pairs made on two threads.
//!
//! Both search for primes until there are two, whoever found them: that takes two thirds of the time of one prime each, since
//! nobody waits for the one who is out of luck. Each draws from the system's generator by itself.

use std::sync::mpsc;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

use super::thread::{self, Cancel};
use crate::keys::{self, KeyError, PrivateKey};

/// Makes a key pair of 2048, 3072 or 4096 bits, and waits for it: 0.02 to 1 s, and sometimes longer.
pub fn generate(bits: u32) -> Result<PrivateKey, KeyError> {
    generate_unless(bits, &Cancel::default())
}

/// The same, but [`KeyError::Cancelled`] when that comes first.
pub fn generate_unless(bits: u32, cancel: &Cancel) -> Result<PrivateKey, KeyError> {
    let (found, primes) = mpsc::channel();
    let enough = Cancel::default();
    for _ in 0..THREADS {
        let (found, cancel, enough) = (found.clone(), cancel.clone(), enough.clone());
        let search = move || {
            let give_up = || cancel.is_cancelled() || enough.is_cancelled();
            loop {
                // A generator that fails panics: the sender is dropped, which the other side hears.
                let prime = keys::prime(bits, &mut UnwrapErr(SysRng), give_up);
                if prime.is_err() && enough.is_cancelled() {
                    return;
                }
                let over = prime.is_err();
                if found.send(prime).is_err() || over {
                    return;
                }
            }
        };
        // One thread is enough to find both.
        if thread::spawn("keygen", search).is_err() {
            break;
        }
    }
    drop(found);
    let next = || primes.recv().map_err(|_| KeyError::Generation).flatten();
    let pair = next().and_then(|p| Ok((p, next()?)));
    enough.cancel();
    let (p, q) = pair?;
    keys::from_primes(p, q)
}

/// How many threads search.
const THREADS: usize = 2;

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_pair_is_made_and_no_other_length() {
        assert_eq!(generate(2048).expect("made").bits(), 2048);
        assert_eq!(generate(1024).expect_err("refused"), KeyError::Length { bits: 1024 });
    }

    #[test]
    fn a_search_can_be_cancelled_before_and_while_it_runs() {
        let cancel = Cancel::default();
        cancel.cancel();
        assert_eq!(generate_unless(2048, &cancel).expect_err("cancelled"), KeyError::Cancelled);
        // It may be done before; it must not go on after.
        let (cancel, begun) = (Cancel::default(), Instant::now());
        let other = cancel.clone();
        let search = thread::spawn("test", move || generate_unless(4096, &other)).expect("a thread");
        cancel.cancel();
        let result = search.join().expect("no panic");
        assert!(matches!(result, Ok(_) | Err(KeyError::Cancelled)));
        assert!(begun.elapsed() < Duration::from_secs(20));
    }
}

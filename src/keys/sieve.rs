//! Which numbers after a random one are worth a test: those without a small factor.
//!
//! A test costs as much as sieving thousands of numbers. Going as far with the small factors as pays, which is eight to fifteen times as
//! far as crypto-primes' own sieve goes, saves a fifth of the tests for the primes of a 4096-bit key.

use std::sync::OnceLock;

use rsa::BoxedUint;
use zeroize::{Zeroize, Zeroizing};

/// Candidates from an odd number on, in order, as far as the sieve reaches. Wiped on drop.
pub(super) struct Sieve {
    start: BoxedUint,
    /// Whether `start` + 2n has a small factor.
    composite: Zeroizing<Vec<bool>>,
    next: usize,
}

impl Sieve {
    /// Sieves the numbers after `start`, which is odd and larger than any small factor.
    pub(super) fn new(start: BoxedUint) -> Self {
        let bytes = Zeroizing::new(start.to_be_bytes().into_vec());
        let four = |four: &[u8]| four.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
        let digits: Zeroizing<Vec<u64>> = Zeroizing::new(bytes.chunks(4).map(four).collect());
        let limit = u64::from(start.bits()) * FACTORS_PER_BIT;
        let mut composite = Zeroizing::new(vec![false; REACH]);
        for &factor in small_factors().iter().take_while(|factor| u64::from(**factor) < limit) {
            let factor = u64::from(factor);
            let rest = digits.iter().fold(0, |rest, &digit| (rest << 32 | digit) % factor);
            // What is missing to the next multiple, and to the next odd one.
            let missing = (factor - rest) % factor;
            let missing = if missing.is_multiple_of(2) { missing } else { missing + factor };
            let (first, step) = (usize::try_from(missing / 2), usize::try_from(factor));
            let (Ok(first), Ok(step)) = (first, step) else { continue };
            composite.iter_mut().skip(first).step_by(step).for_each(|composite| *composite = true);
        }
        Self { start, composite, next: 0 }
    }
}

impl Iterator for Sieve {
    type Item = BoxedUint;

    fn next(&mut self) -> Option<BoxedUint> {
        let at = self.next + self.composite.get(self.next..)?.iter().position(|composite| !composite)?;
        self.next = at + 1;
        Some(self.start.wrapping_add(BoxedUint::from(u64::try_from(2 * at).ok()?)))
    }
}

impl Drop for Sieve {
    fn drop(&mut self) {
        self.start.zeroize();
    }
}

/// The odd primes up to what the longest key needs, by Eratosthenes' sieve: a millisecond, once.
fn small_factors() -> &'static [u32] {
    static FACTORS: OnceLock<Vec<u32>> = OnceLock::new();
    FACTORS.get_or_init(|| {
        let mut composite = vec![false; MOST];
        let mut factors = Vec::new();
        for n in (3..MOST).step_by(2) {
            if !composite.get(n).copied().unwrap_or(true) {
                factors.extend(u32::try_from(n));
                composite.iter_mut().skip(n * n).step_by(n).for_each(|composite| *composite = true);
            }
        }
        factors
    })
}

/// How many numbers it reaches over, every other one: a prime of 2048 bits is not among them once in ten thousand million.
const REACH: usize = 1 << 14;
/// Sieving by factors up to so many times the length in bits costs less than the tests that it saves, and further does not.
const FACTORS_PER_BIT: u64 = 128;
const MOST: usize = 2048 * 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_leaves_has_no_small_factor_and_what_it_skips_has_one() {
        let start = BoxedUint::from(1_000_000_000_000_000_000_000_000_000_003_u128);
        let limit = u64::from(start.bits()) * FACTORS_PER_BIT;
        let left: Vec<u128> = Sieve::new(start).map(|n| number(&n)).collect();
        assert!(left.len() > 1000);
        for n in (0..400).map(|n| 1_000_000_000_000_000_000_000_000_000_003_u128 + 2 * n) {
            let has_factor = (3..u128::from(limit)).any(|factor| n % factor == 0);
            assert_eq!(left.contains(&n), !has_factor, "{n}");
        }
    }

    fn number(n: &BoxedUint) -> u128 {
        n.to_be_bytes().iter().fold(0, |sum, &byte| sum << 8 | u128::from(byte))
    }
}

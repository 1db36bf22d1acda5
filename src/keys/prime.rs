//! A key pair from nothing: its primes, found one by one, and the two put together.
//!
//! Finding them is nearly all of the work, and each is found without the other: who has two processors can search on both.

use std::num::NonZeroU32;

use crypto_primes::hazmat::{SetBits, random_odd_integer};
use crypto_primes::{Flavor, is_prime};
use rsa::rand_core::CryptoRng;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, RsaPrivateKey};
use zeroize::Zeroize;

use super::sieve::Sieve;
use super::{KeyError, PrivateKey};

/// The lengths in bits that keys are made with. Shorter ones protect too little, and gateways refuse longer ones.
pub const LENGTHS: [u32; 3] = [2048, 3072, 4096];

/// One prime of a key that is being made. Wiped on drop.
pub struct Prime(BoxedUint);

/// Makes a key pair of `bits` bits, one prime after the other. Takes 0.02 to 2 s, and sometimes longer: not for a thread that draws.
pub fn generate(bits: u32, random: &mut impl CryptoRng) -> Result<PrivateKey, KeyError> {
    let mut next = || prime(bits, random, || false);
    from_primes(next()?, next()?)
}

/// Finds a prime for a key of `bits` bits. `give_up` is asked before each candidate, every few milliseconds.
///
/// As FIPS 186-5 (A.1.3) wants it: of half the key's length, at least √2 · 2^(half − 1) since its two highest bits are set, and p − 1
/// has no factor in common with the public exponent. It is tested by Baillie, Pomerance, Selfridge and Wagstaff's way, which
/// no composite is known to pass.
pub fn prime(bits: u32, random: &mut impl CryptoRng, give_up: impl Fn() -> bool) -> Result<Prime, KeyError> {
    if !LENGTHS.contains(&bits) {
        return Err(KeyError::Length { bits });
    }
    let half = NonZeroU32::new(bits / 2).ok_or(KeyError::Length { bits })?;
    loop {
        let start =
            random_odd_integer::<BoxedUint, _>(random, half, SetBits::TwoMsb).map_err(|_| KeyError::Generation)?;
        for candidate in Sieve::new(start.get()) {
            if give_up() {
                return Err(KeyError::Cancelled);
            }
            // The first condition fails when the sieve reached past the longest number: once in the lifetime of the universe.
            if candidate.bits() == half.get() && suits_exponent(&candidate) && is_prime(Flavor::Any, &candidate) {
                return Ok(Prime(candidate));
            }
        }
    }
}

/// Puts two primes together, and checks what comes of it: that its numbers fit together, its length, and what FIPS 186-5 (A.1.1,
/// A.1.3) asks of the distance of the primes and of the private exponent. Chance breaks none of it in the lifetime of the
/// universe; a generator that repeats itself does.
pub fn from_primes(p: Prime, q: Prime) -> Result<PrivateKey, KeyError> {
    let half = p.0.bits();
    let distance = if p.0 > q.0 { p.0.wrapping_sub(&q.0) } else { q.0.wrapping_sub(&p.0) };
    if q.0.bits() != half || distance.bits() <= half - CLOSEST {
        return Err(KeyError::Generation);
    }
    let key = RsaPrivateKey::from_p_q(p.into_inner(), q.into_inner(), BoxedUint::from(EXPONENT))
        .map_err(|_| KeyError::Generation)?;
    if key.n().bits_vartime() != 2 * half || key.d().bits() <= half {
        return Err(KeyError::Generation);
    }
    Ok(PrivateKey::new(key))
}

impl Prime {
    fn into_inner(mut self) -> BoxedUint {
        std::mem::replace(&mut self.0, BoxedUint::zero())
    }
}

impl Drop for Prime {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Prime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Whether `candidate` − 1 has no factor in common with the public exponent, which is a prime itself.
fn suits_exponent(candidate: &BoxedUint) -> bool {
    let remainder = candidate
        .as_words()
        .iter()
        .rev()
        .flat_map(|word| word.to_be_bytes())
        .fold(0, |sum, byte| (sum << 8 | u64::from(byte)) % EXPONENT);
    remainder != 1
}

/// The public exponent that everybody uses, F4: gateways take no other for granted.
const EXPONENT: u64 = 65537;
/// The primes differ within so many of their highest bits: closer ones are found from the modulus alone (Fermat's method).
const CLOSEST: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn prime_of(number: BoxedUint) -> Prime {
        Prime(number)
    }

    #[test]
    fn only_lengths_that_gateways_take_are_made() {
        for bits in [0, 512, 1024, 2047, 8192] {
            let error = generate(bits, &mut getrandom::rand_core::UnwrapErr(getrandom::SysRng)).expect_err("refused");
            assert_eq!(error, KeyError::Length { bits });
        }
    }

    #[test]
    fn primes_that_are_equal_or_close_make_no_key() {
        let mut random = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        let p = prime(2048, &mut random, || false).expect("found").into_inner();
        let mut close = p.wrapping_add(BoxedUint::from(2u32));
        while !is_prime(Flavor::Any, &close) || !suits_exponent(&close) {
            close = close.wrapping_add(BoxedUint::from(2u32));
        }
        for q in [p.clone(), close] {
            let error = from_primes(prime_of(p.clone()), prime_of(q)).expect_err("refused");
            assert_eq!(error, KeyError::Generation);
        }
    }

    #[test]
    fn a_search_that_is_given_up_gives_no_prime() {
        let mut random = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        assert_eq!(prime(4096, &mut random, || true).expect_err("given up"), KeyError::Cancelled);
    }

    #[test]
    fn a_prime_that_does_not_suit_the_exponent_is_told() {
        assert!(!suits_exponent(&BoxedUint::from(65538u32)));
        assert!(!suits_exponent(&BoxedUint::from(65537u64 * 65537 * 1000 + 1)));
        assert!(suits_exponent(&BoxedUint::from(65539u32)));
    }
}

//! paykeep: a terminal vault for the credentials of payment gateways.
//!
//! A developer who integrates several gateways pastes a key; paykeep says what it is and where it belongs, keeps it in an
//! age-encrypted vault, and gives it back. This page is the map of the house.
//!
//! # Four ideas
//!
//! 1. **Functional core, imperative shell.** What happens is decided by pure functions; what touches a file, clock, clipboard,
//!    thread or terminal is a thin layer outside.
//! 2. **What can happen and what can be done are two short enums**, [`app::Msg`] and [`app::Effect`]. Reading those two files tells all
//!    that the program can hear and do.
//! 3. **One table of actions** ([`app::action`]): key, palette entry, footer word, help line and the reason why it is
//!    disabled now, all from one row.
//! 4. **Providers are data.** No provider's name stands in `src/`: a provider is one TOML file in `assets/providers/`.
//!
//! # Layers
//!
//! An arrow points at what a layer may use; siblings in braces don't use each other. `tests/layers.rs` holds this.
//!
//! ```text
//! main → cli → shell → view → app → { catalog · signing · vault } → keys → domain → secret, error
//! ```
//!
//! | layer | owns | never |
//! |---|---|---|
//! | [`secret`], [`error`] | wiped, redacted text and bytes with one door, `expose`; a problem and what to try | – |
//! | [`domain`] | the nouns and rules: references, records, versions, changes and what they leave in the audit log, flows, what is due, joining of copies, providers as checked types | I/O, clock |
//! | [`keys`] | RSA keys: primes found and put together, any encoding read, each encoding written, fingerprints, what belongs together | files, threads |
//! | [`catalog`] | provider files → checked providers; what a pasted value is; lint | other files than its own data |
//! | [`signing`] | requests as they are written (`curl`, raw HTTP); message + recipe + key → string to sign, signature, headers; verifying; why one does not match | clock, network; no randomness of its own but the salt that ring gives an RSA-PSS signature |
//! | [`vault`] | records and secrets ⇄ bytes: the payload, its inner MAC, the age envelopes | files |
//! | [`app`] | the model, `update`, the actions, one file a screen | ratatui, crossterm, I/O, clock, threads |
//! | [`view`] | drawing, one file a screen under the same name | changing anything |
//! | [`shell`] | folders, files, clipboard, clock, terminal, threads, signals, and the one call over the network, for tokens | deciding anything |
//! | [`cli`] | the command line, one file a command | – |
//!
//! # Flow
//!
//! ```text
//! terminal ─ events ─▶ Msg ┐
//! worker, clock, clipboard ┤
//!                          ▼
//!       update(&mut Model, Msg, now) ─▶ Vec<Effect>        pure
//!                          │                  │
//!                  view(&Model, Frame)   World::start      shell; its answer comes back as a Msg
//! ```
//!
//! An effect that answers carries a ticket; an answer with an old ticket is dropped. There is no tick: the model says when it next
//! needs to be woken, so an idle paykeep uses no processor time.
//!
//! # Saving
//!
//! Every edit is a [`domain::Change`]: the one worker that may save applies it to the newest copy under the folder's lock
//! ([`shell::store`]). So two programs can edit side by side, and a snapshot ([`vault::Unlocked`]) never changes under its readers. Copies
//! that were edited apart are joined record by record ([`domain::join`]).
//!
//! # Flows
//!
//! A gateway's procedure is data in its file. [`domain::journal::begin`] copies the steps of one run into a [`domain::Journal`], which lives in the
//! vault; from then on the file is not asked again. A step is a [`domain::Change::Step`] with a [`domain::Deed`]: what is allowed when is decided
//! there, whatever screen or script asks, so that no order is dangerous.
//!
//! # Secrets
//!
//! Two types hold them ([`secret`]). A message or an effect moves one that was typed, pasted, made or fetched, once; what the vault holds is
//! named, not carried. The vault keeps all values in the payload's text, in wiped buffers that one save shares with the next, and cuts one out when it is
//! exposed. The allocator wipes whatever
//! is freed (`main.rs`), since no library does.

pub mod app;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod error;
pub mod keys;
pub mod secret;
pub mod shell;
pub mod signing;
pub mod vault;
pub mod view;

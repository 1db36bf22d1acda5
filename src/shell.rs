//! Everything that touches the world: files, clocks, the clipboard, the terminal, threads, signals. It decides nothing.

mod browser;
pub mod clipboard;
pub mod clock;
pub mod demo;
pub mod events;
pub mod files;
pub mod folders;
pub mod hardening;
pub mod health;
pub mod http;
pub mod keygen;
pub mod pages;
mod pieces;
pub mod preferences;
pub mod prompt;
pub mod providers;
pub mod run;
pub mod signals;
pub mod store;
pub mod terminal;
pub mod thread;
mod worker;
pub mod world;

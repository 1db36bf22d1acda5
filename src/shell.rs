//! Everything that touches the world: files, clocks, the clipboard, the terminal, threads, signals. It decides nothing.

pub mod folders;
pub mod store;

//! paykeep
fn main() {}

//! The program: an allocator that wipes what it takes back, and the command line.

use std::process::ExitCode;

use paykeep::shell::pages::LargePages;

#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<LargePages> = zeroizing_alloc::ZeroAlloc(LargePages);

fn main() -> ExitCode {
    paykeep::cli::main()
}

//! The program: an allocator that wipes what it takes back, and the command line.

use std::process::ExitCode;

#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    paykeep::cli::main()
}

//! Large pages for the largest block: the 256 MB that scrypt fills.
//!
//! In pages of 4 KB the kernel hands them over in 65,536 faults, which cost a fifth of an unlock's time, and each of scrypt's random
//! reads misses the processor's table of pages. Asked for, they come in pages of 2 MB where the system allows that (Linux,
//! `/sys/kernel/mm/transparent_hugepage/enabled` set to `madvise` or `always`); elsewhere nothing changes. The block goes back to the
//! system when it is freed, as before.
//!
//! This is the one file with unsafe code, which an allocator can't do without; `tests/layers.rs` holds that.
#![expect(unsafe_code, reason = "an allocator is unsafe by its trait")]

use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator, which asks for large pages behind a large block.
#[derive(Clone, Copy, Debug)]
pub struct LargePages;

/// From here a block is large, in bytes. What the vault itself takes stays below, so that no page of it is kept that it doesn't need.
const LARGE: usize = 64 << 20;

// SAFETY: each block comes from `System` with the layout that was asked for, and goes back to it with the same one.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what `System` wants.
        let block = unsafe { System.alloc(layout) };
        advise(block, layout.size());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let block = unsafe { System.alloc_zeroed(layout) };
        advise(block, layout.size());
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above; the block was `System`'s.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Asks for large pages behind the whole pages of a block. That they can't be had is no error.
fn advise(block: *mut u8, size: usize) {
    if size < LARGE || block.is_null() {
        return;
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::mm::{Advice, madvise};
        let page = rustix::param::page_size();
        let before = block.align_offset(page);
        let whole = size.saturating_sub(before) / page * page;
        // SAFETY: the pages lie within the block, which is the caller's alone, and the advice leaves what stands in them as it is.
        let _ = unsafe { madvise(block.wrapping_add(before).cast(), whole, Advice::LinuxHugepage) };
    }
}

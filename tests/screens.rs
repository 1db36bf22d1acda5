//! Every screen as it is drawn: against the pages that it is built to, as snapshots, and in what holds on all of them.

#[path = "screens/bench.rs"]
mod bench;
#[path = "screens/exact.rs"]
mod exact;
#[path = "screens/fixture.rs"]
mod fixture;
#[path = "screens/looks.rs"]
mod looks;
#[path = "screens/pages.rs"]
mod pages;
#[path = "screens/pieces.rs"]
mod pieces;
#[path = "screens/target.rs"]
mod target;

//! The pieces that screens are made of.

pub mod bar;
pub mod choices;
pub mod dialog;
pub mod field;
pub mod footer;
pub mod header;
pub mod help;
pub mod overlap;
pub mod palette;
pub mod sign;
pub mod status;
pub mod strip;
pub mod table;
pub mod timeline;
pub mod tree;

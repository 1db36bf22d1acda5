//! Every screen as it is drawn, compared with what it should look like.

#[path = "screens/pieces.rs"]
mod pieces;
#[path = "screens/target.rs"]
mod target;

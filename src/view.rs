//! Drawing: what the model holds, put on the terminal's cells. Nothing here changes anything.

pub mod canvas;
pub mod text;
pub mod theme;
pub mod widgets;

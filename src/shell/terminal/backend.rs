//! ratatui's door to the terminal: what changed since the last frame goes out in one write. crossterm's own door would ask the
//! terminal, start `tput`, and send the sixteen colours as 256.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use crossterm::queue;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::ROWS;
use super::output::Output;
use super::sgr::Look;

/// Draws cells, and sends nothing before [`flush`](Backend::flush): one frame, one write.
pub(super) struct Screen(Output);

impl Screen {
    /// Draws to `output`.
    pub(super) fn new(output: Output) -> Self {
        Self(output)
    }

    /// The way out, for sequences that aren't drawing.
    pub(super) fn output(&mut self) -> &mut impl Write {
        &mut self.0
    }
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        let mut look = None;
        let mut sequence = String::with_capacity(64);
        let mut next = None;
        for (x, y, cell) in content {
            // After a wide sign too: terminals differ in what they think wide.
            if next != Some((x, y)) {
                queue!(self.0, crossterm::cursor::MoveTo(x, y))?;
            }
            next = Some((x + 1, y));
            let its = Look::of(cell);
            if look.replace(its) != Some(its) {
                sequence.clear();
                its.write(&mut sequence);
                self.0.write_all(sequence.as_bytes())?;
            }
            // The last guard: nothing but signs leaves here.
            let harmful = cell.symbol().chars().any(char::is_control);
            self.0.write_all(if harmful { "\u{fffd}" } else { cell.symbol() }.as_bytes())?;
        }
        self.0.write_all(b"\x1b[0m")
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        queue!(self.0, crossterm::cursor::Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        queue!(self.0, crossterm::cursor::Show)
    }

    /// Where it is doesn't matter on a screen of our own; asking the terminal would wait for an answer among the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        queue!(self.0, crossterm::cursor::MoveTo(x, y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// Clears all, whatever part is asked for: line by line, since some terminals move what one big erase removes into their
    /// history, from where a revealed secret could be read.
    fn clear_region(&mut self, _part: ClearType) -> io::Result<()> {
        for y in 0..self.size()?.height {
            queue!(
                self.0,
                crossterm::cursor::MoveTo(0, y),
                crossterm::terminal::Clear(crossterm::terminal::ClearType::CurrentLine)
            )?;
        }
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout())?;
        // A line that doesn't know its size tells zero.
        let or = |told: u16, usual: u16| if told == 0 { usual } else { told };
        let size = Size::new(or(told.ws_col, 80), or(told.ws_row, 24));
        ROWS.store(size.height, Ordering::SeqCst);
        Ok(size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}

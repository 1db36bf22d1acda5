//! ratatui's door to the terminal: crossterm draws, what it would do besides (asking the terminal, starting `tput`) is left out.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use crossterm::queue;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::ROWS;
use super::output::Output;

/// Draws cells, and sends nothing before [`flush`](Backend::flush): one frame, one write.
pub(super) struct Screen(CrosstermBackend<Output>);

impl Screen {
    /// Draws to `output`.
    pub(super) fn new(output: Output) -> Self {
        Self(CrosstermBackend::new(output))
    }

    /// The way out, for sequences that aren't drawing.
    pub(super) fn output(&mut self) -> &mut impl Write {
        &mut self.0
    }
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        // The last guard: ratatui hands a cell's symbol to the terminal as it is.
        let harmless = Cell::new("\u{fffd}");
        self.0.draw(content.map(|(x, y, cell)| {
            let harmful = cell.symbol().chars().any(char::is_control);
            (x, y, if harmful { &harmless } else { cell })
        }))
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

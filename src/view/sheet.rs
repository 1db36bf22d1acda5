//! What a screen draws on: the canvas, the model that it draws, and a note of what can be clicked where.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::{Area, Canvas};
use super::theme::{self, Colours};
use crate::app::model::{self, Model};
use crate::app::msg::Target;

/// What a screen draws on.
pub(super) struct Sheet<'m, 'b> {
    /// What is drawn.
    pub(super) model: &'m Model,
    /// Where.
    pub(super) canvas: Canvas<'b>,
    hits: Vec<(Area, Target)>,
}

/// What can be clicked: later ones lie above earlier ones.
#[derive(Debug, Default)]
pub(super) struct Hits(Vec<(Area, Target)>);

impl<'m, 'b> Sheet<'m, 'b> {
    /// A blank sheet over `area`, in the theme that the terminal and the user's preferences make.
    pub(super) fn new(model: &'m Model, terminal: theme::Theme, buffer: &'b mut Buffer, area: Rect) -> Self {
        Self { model, canvas: Canvas::new(buffer, area, chosen_theme(model, terminal)), hits: Vec::new() }
    }

    /// Notes that a place is a target of the mouse.
    pub(super) fn hit(&mut self, area: Area, target: Target) {
        self.hits.push((area, target));
    }

    /// Everything drawn so far is out of reach: something floats above it.
    pub(super) fn cover(&mut self) {
        self.hits.clear();
        self.hits.push((Area::new(0, 0, self.canvas.width(), self.canvas.height()), Target::Outside));
    }

    /// Paints, and gives back what can be clicked.
    pub(super) fn finish(self) -> Hits {
        self.canvas.finish();
        Hits(self.hits)
    }
}

impl Hits {
    /// What lies at a cell.
    pub(super) fn at(&self, column: u16, line: u16) -> Option<Target> {
        let (x, y) = (i32::from(column), i32::from(line));
        let inside = |area: &Area| x >= area.x && x < area.right() && y >= area.y && y < area.bottom();
        self.0.iter().rev().find(|(area, _)| inside(area)).map(|(_, target)| *target)
    }
}

fn chosen_theme(model: &Model, terminal: theme::Theme) -> theme::Theme {
    let light = match model.preferences.theme {
        model::Theme::Auto => terminal.light,
        model::Theme::Dark => false,
        model::Theme::Light => true,
    };
    let colours: Colours = terminal.colours;
    theme::Theme { colours, light, plain_signs: terminal.plain_signs || model.preferences.plain_signs }
}

//! stub
use super::sheet::Sheet; use crate::app::model::Inside;
pub(super) fn draw(_: &mut Sheet<'_, '_>, _: &Inside) {}

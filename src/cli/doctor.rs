//! `paykeep doctor`: what this terminal and display can do, and how the vault lies there.

use std::sync::mpsc::channel;
use std::time::Duration;

use super::args::{Doctor, Global};
use super::io::{Io, Outcome};
use super::json;
use super::open;
use crate::error::{Exit, Problem};
use crate::shell::clipboard::{Places, Through, Tried, try_out};
use crate::shell::store::OpenVault;
use crate::shell::{hardening, health, thread};

/// How long a display may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says it.
pub(super) fn run(
    args: &Doctor,
    global: &Global,
    open: impl Fn(&Global, bool, &mut Io<'_>) -> Outcome<OpenVault>,
    io: &mut Io<'_>,
) -> Outcome<Exit> {
    let places = Places::here();
    let has_passphrase = global.passphrase_fd.is_some() || global.passphrase_file.is_some();
    let allowed =
        if has_passphrase { Some(open(global, false, io)?.snapshot().document.settings.osc52()) } else { None };
    let tried = if args.test_clipboard { Some(try_out(&places)) } else { None };
    let display =
        Display { x11: answered(&places, Places::x11_answers), wayland: answered(&places, Places::wayland_answers) };
    let folder = open::folder(global)?;
    let found = health::of(folder.path()).map_err(|error| {
        Problem::new(Exit::Failed, format!("the vault's folder can't be looked at: {error}"))
            .hint("name another with `--vault DIR`")
    })?;
    let report = json::Doctor {
        x11: display.x11,
        wayland_data_control: display.wayland,
        way: way(&places, &display, allowed),
        osc52_allowed: allowed,
        through: match places.through {
            Through::Nothing => None,
            Through::Tmux => Some("tmux"),
            Through::Screen => Some("screen"),
        },
        closed_to_debuggers: hardening::is_closed(),
        leaves_no_core: hardening::leaves_no_core(),
        vault: found.exists.then(|| folder.path().display().to_string()),
        too_open: found.too_open,
        backups: found.backups,
        newest_backup: found.newest,
        clipboard_test: tried.as_ref().map(said),
    };
    let fine = report.leaves_no_core
        && report.closed_to_debuggers != Some(false)
        && report.too_open.is_empty()
        && !matches!(tried, Some(Tried::Lies(_) | Tried::Failed(_)));
    if args.json {
        io.print_json(&report)?;
    } else {
        print(&report, io)?;
    }
    Ok(if fine { Exit::Done } else { Exit::No })
}

/// Which displays let us at their clipboard.
struct Display {
    x11: bool,
    wayland: bool,
}

/// Asks a display; one that says nothing for long is as good as none.
fn answered(places: &Places, ask: fn(&Places) -> bool) -> bool {
    let (tell, told) = channel();
    let places = places.clone();
    let asked = thread::spawn("display", move || {
        // Nobody waits any more when it took too long.
        let _late = tell.send(ask(&places));
    });
    asked.is_ok() && told.recv_timeout(PATIENCE).unwrap_or(false)
}

fn way(places: &Places, display: &Display, allowed: Option<bool>) -> &'static str {
    if display.wayland || (places.wayland.is_none() && display.x11) {
        "once"
    } else if display.x11 || (cfg!(target_os = "macos") && places.has_display()) {
        "timed"
    } else if allowed == Some(true) {
        "osc52"
    } else {
        "none"
    }
}

fn said(tried: &Tried) -> String {
    match tried {
        Tried::Once => "pasted once, the second paste was empty".into(),
        Tried::Timed => "could be pasted until it was taken back, and was gone then".into(),
        Tried::Lies(what) | Tried::Failed(what) => what.clone(),
    }
}

fn print(report: &json::Doctor, io: &mut Io<'_>) -> Outcome {
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |name: &str, says: String| rows.push([name.to_owned(), says]);
    row("X11", if report.x11 { "yes: one paste".into() } else { "no".into() });
    row("Wayland data-control", if report.wayland_data_control { "yes: one paste".into() } else { "no".into() });
    row("OSC 52", osc52(report));
    row(
        "a copy here",
        match report.way {
            "once" => "can be pasted once",
            "timed" => "is cleared after a time",
            "osc52" => "goes through the terminal",
            _ => "is not possible: reveal it, or pipe `paykeep get`",
        }
        .into(),
    );
    if let Some(said) = &report.clipboard_test {
        row("clipboard test", said.clone());
    }
    row("closed to debuggers", report.closed_to_debuggers.map_or("not known here", yes).into());
    row("leaves no core", yes(report.leaves_no_core).into());
    row("vault", report.vault.clone().unwrap_or_else(|| "none yet".into()));
    if report.vault.is_some() {
        let open = &report.too_open;
        row(
            "closed to others",
            if open.is_empty() { "yes".into() } else { format!("no: {}; close them with chmod go=", open.join(", ")) },
        );
        let newest = report.newest_backup.map(|at| format!(", the newest of {}", at.strftime("%Y-%m-%d %H:%M UTC")));
        row("backups", format!("{}{}", report.backups, newest.unwrap_or_default()));
    }
    let width = rows.iter().map(|[name, _]| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|[name, says]| format!("{name:width$}  {says}\n")).collect();
    io.print(lines.concat().as_bytes())
}

fn osc52(report: &json::Doctor) -> String {
    let allowed = match report.osc52_allowed {
        Some(true) => "allowed",
        Some(false) => "not allowed",
        None => "as the vault says (give its passphrase to know)",
    };
    match report.through {
        Some("tmux") => format!("{allowed}; through tmux, where allow-passthrough is on"),
        Some(through) => format!("{allowed}; through {through}"),
        None => allowed.into(),
    }
}

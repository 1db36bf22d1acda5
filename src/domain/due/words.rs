//! The agenda in words: the same on the screen, on the command line and in a calendar.

use super::{Due, Rule, What, Whose};
use crate::error::clause;

impl Due {
    /// What is to be done: «Rotate, 9 steps», «Move billing-job to v3»; what has no working key says that first.
    pub fn words(&self) -> String {
        match &self.what {
            _ if !self.no_key => self.deed(),
            What::Expired => "No working key, it expired".into(),
            What::Dead { version, life } => format!("No working key, v{version} {life}"),
            _ => format!("No working key, {}", clause(&self.deed())),
        }
    }

    fn deed(&self) -> String {
        match &self.what {
            What::Rotate { leaked: true, .. } => "Rotate, it leaked".into(),
            What::Rotate { steps: Some(1), .. } => "Rotate, 1 step".into(),
            What::Rotate { steps: Some(n), .. } => format!("Rotate, {n} steps"),
            What::Rotate { steps: None, .. } => "Rotate".into(),
            What::Move { to, .. } => match &self.left[..] {
                [one] => format!("Move {one} to v{to}"),
                all => format!("Move {} places to v{to}", all.len()),
            },
            What::Retire { version } if self.places > 0 => format!("Revoke v{version}, nothing uses it"),
            What::Retire { version } => format!("Revoke v{version}, when nothing uses it"),
            What::GoOn { title, .. } => format!("Go on: {}", clause(title)),
            What::Wait => format!("Wait for {}'s approval", self.provider),
            What::Use { version } => format!("Put v{version} to use"),
            What::Renew => "Renew, it expires".into(),
            What::Expired => "Renew, it has expired".into(),
            What::Dead { version, life } => format!("Replace v{version}, {life}"),
        }
    }

    /// Which credential, in words: «Ansa acme secret-key».
    pub fn subject(&self) -> String {
        format!("{} {} {}", self.provider, self.account_name, self.name)
    }

    /// The word for what it is, in JSON and in the names of calendar entries.
    pub fn word(&self) -> &'static str {
        match self.what {
            What::Rotate { .. } => "rotate",
            What::Move { .. } => "move",
            What::Retire { .. } => "revoke",
            What::GoOn { .. } => "go-on",
            What::Wait => "wait",
            What::Use { .. } => "use",
            What::Renew => "renew",
            What::Expired => "expired",
            What::Dead { .. } => "replace",
        }
    }
}

impl Rule {
    /// The rule as a clause: «every 90 days, your rule; PROVIDER asks for 180». Nobody is said to ask for what is paykeep's advice.
    pub fn words(&self, provider: &str) -> String {
        let days = self.days;
        match (self.whose, self.asked) {
            (Whose::Own, Some(asked)) if asked != days => {
                format!("every {days} days, your rule; {provider} asks for {asked}")
            }
            (Whose::Own, _) => format!("every {days} days, your rule"),
            (Whose::Provider, _) => format!("every {days} days, as {provider} asks"),
            (Whose::Ours, _) => format!("every {days} days, paykeep's advice for live secrets"),
        }
    }
}

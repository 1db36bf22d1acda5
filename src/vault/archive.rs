//! One computer's month of the audit log in a file of its own: encrypted to the vault's identity, with the same inner MAC as the payload, since
//! anyone who knows the recipient could encrypt to it.

use std::fmt::Write as _;

use hmac::Mac as _;
use serde::{Deserialize, Serialize};

use super::VaultError;
use super::envelope::VaultKey;
use super::payload::{mac, unhex};
use crate::domain::audit::Entry;
use crate::domain::{Id, hex};

/// The entries of a file.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    #[serde(default)]
    audit: Vec<Entry>,
}

/// Writes the file of `month`: the file's name without its end, as `2026-11-DEVICE`.
pub fn seal_log(key: &VaultKey, vault: Id, month: &str, entries: Vec<Entry>) -> Result<Vec<u8>, VaultError> {
    let line = first_line(vault, month, entries.len());
    let records = toml::to_string(&Entries { audit: entries }).map_err(|_| VaultError::Records(0))?;
    let sum = hex(&mac(key, line.as_bytes(), [records.as_bytes()]).finalize().into_bytes());
    let mut text = String::with_capacity(line.len() + records.len() + 80);
    let _ = write!(text, "{line}{MAC_LABEL}{sum}\n{records}");
    key.encrypt(text.as_bytes())
}

/// Opens the file of `month`, likewise. One of another vault or month is not genuine, nor is one that was cut or added to.
pub fn open_log(key: &VaultKey, vault: Id, month: &str, file: &[u8]) -> Result<Vec<Entry>, VaultError> {
    let not_genuine = || VaultError::NotGenuine;
    let text = key.decrypt(file)?;
    let text = std::str::from_utf8(text.expose()).map_err(|_| not_genuine())?;
    let (line, records) = text.split_once('\n').ok_or_else(not_genuine)?;
    let (signed, sum) = line.split_once(MAC_LABEL).ok_or_else(not_genuine)?;
    let sum = unhex(sum).ok_or_else(not_genuine)?;
    mac(key, signed.as_bytes(), [records.as_bytes()]).verify_slice(&sum).map_err(|_| not_genuine())?;
    let entries: Entries = toml::from_str(records).map_err(|_| VaultError::Records(0))?;
    if signed != first_line(vault, month, entries.audit.len()) {
        return Err(not_genuine());
    }
    Ok(entries.audit)
}

fn first_line(vault: Id, month: &str, count: usize) -> String {
    format!("#paykeep-audit 1 vault={vault} month={month} entries={count}")
}

const MAC_LABEL: &str = " mac=";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DeviceId;
    use crate::domain::audit::Act;

    fn entries() -> Vec<Entry> {
        let at = "2026-11-22T09:12:00Z".parse().unwrap();
        let entry = |seq| Entry {
            device: DeviceId::new(1),
            seq,
            prev: String::new(),
            at,
            act: Act::Copied,
            subject: "x/live/acme/key@1#value".into(),
            environment: None,
            credential: None,
            journal: None,
            reason: None,
            reached: Some("served once".into()),
        };
        vec![entry(1), entry(2)]
    }

    #[test]
    fn a_month_is_read_back_as_it_was_written() {
        let (key, vault) = (VaultKey::generate(), Id::new(jiff::Timestamp::UNIX_EPOCH, 1));
        let file = seal_log(&key, vault, "2026-11", entries()).unwrap();
        assert_eq!(open_log(&key, vault, "2026-11", &file).unwrap(), entries());
    }

    #[test]
    fn a_forged_cut_or_misplaced_month_is_told() {
        let (key, vault) = (VaultKey::generate(), Id::new(jiff::Timestamp::UNIX_EPOCH, 1));
        let file = seal_log(&key, vault, "2026-11", entries()).unwrap();
        let text = String::from_utf8(key.decrypt(&file).unwrap().expose().to_vec()).unwrap();
        for forged in [
            text.replacen("served once", "served", 1),
            text.replacen("entries=2", "entries=1", 1),
            text[..text.rfind("[[audit]]").unwrap()].to_owned(),
            format!("{text}\n# more"),
        ] {
            let file = key.encrypt(forged.as_bytes()).unwrap();
            assert_eq!(open_log(&key, vault, "2026-11", &file).unwrap_err(), VaultError::NotGenuine);
        }
        let other = Id::new(jiff::Timestamp::UNIX_EPOCH, 2);
        assert_eq!(open_log(&key, vault, "2026-10", &file).unwrap_err(), VaultError::NotGenuine);
        assert_eq!(open_log(&key, other, "2026-11", &file).unwrap_err(), VaultError::NotGenuine);
        assert!(open_log(&key, vault, "2026-11", &file[..file.len() - 1]).is_err());
        assert!(open_log(&VaultKey::generate(), vault, "2026-11", &file).is_err());
    }
}

//! Where paykeep's folders are on this platform.

use std::path::PathBuf;

use directories::ProjectDirs;

use crate::error::{Exit, Problem};

/// The folders of one user.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Vaults, side by side; the one that is opened without being named is [`DEFAULT_VAULT`].
    pub vaults: PathBuf,
    /// Theme, mouse, the user's own provider files.
    pub config: PathBuf,
    /// What is remembered about vaults: the newest generation seen, this computer's name in them.
    pub state: PathBuf,
}

impl Folders {
    /// The platform's folders (on Linux those of the XDG base directories).
    pub fn of_platform() -> Result<Self, Problem> {
        let dirs = ProjectDirs::from("", "", "paykeep").ok_or_else(|| {
            Problem::new(Exit::Failed, "there is no home folder").hint("set HOME, or name the vault with `--vault DIR`")
        })?;
        Ok(Self {
            vaults: dirs.data_dir().to_owned(),
            config: dirs.config_dir().to_owned(),
            state: dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned(),
        })
    }

    /// The vault that is opened when none is named.
    pub fn default_vault(&self) -> PathBuf {
        self.vaults.join(DEFAULT_VAULT)
    }
}

/// The name of the vault that is opened when none is named.
pub const DEFAULT_VAULT: &str = "main";

//! Why a vault's folder can't be used.

use std::fmt;
use std::path::PathBuf;

use rustix::io::Errno;

use crate::domain::passphrase::TooWeak;
use crate::domain::{ChangeError, clean};
use crate::error::{Exit, Explain};
use crate::vault::VaultError;

/// Why a vault's folder can't be used, or a change not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// There is no vault.
    Missing(PathBuf),
    /// There is one already.
    Exists(PathBuf),
    /// The folder holds other things.
    NotEmpty(PathBuf),
    /// One of the two files is gone.
    Incomplete(PathBuf, &'static str),
    /// A symlink stands where a folder or file should.
    Symlink(PathBuf),
    /// Something else than the folder or ordinary file that belongs there.
    Strange(PathBuf),
    /// The folder that is open no longer stands at its path.
    Moved(PathBuf),
    /// A folder, where one file of a vault is brought in.
    Folder(PathBuf),
    /// It belongs to another user.
    Foreign(PathBuf),
    /// It is larger than any file of its name that paykeep writes.
    TooLarge(PathBuf),
    /// Others may write there.
    Writable(PathBuf),
    /// Another program has held the lock for longer than a save takes.
    Locked(PathBuf),
    /// The vault on disk is older than the one that was seen last.
    Older {
        /// The generation that was seen last.
        seen: u64,
        /// The one that is there.
        found: u64,
    },
    /// The system refused something: what was being done, where, and its reason. Told with the reason first and the folder last: a
    /// status line is short.
    System(&'static str, PathBuf, Errno),
    /// The same, where there is no vault yet.
    NotMade(&'static str, PathBuf, Errno),
    /// The passphrase is below the floor.
    Weak(TooWeak),
    /// The vault does not open.
    Vault(VaultError),
    /// The vault's own file does not open, and what can be done about it here.
    Damaged(VaultError, String),
    /// A copy that was to be brought in does not open as one of this vault.
    Copy(PathBuf, VaultError),
    /// The change is refused.
    Change(ChangeError),
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<ChangeError> for StoreError {
    fn from(error: ChangeError) -> Self {
        Self::Change(error)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |path: &PathBuf| clean(&path.to_string_lossy()).into_owned();
        match self {
            Self::Missing(path) => write!(f, "there is no vault in {}", shown(path)),
            Self::Exists(path) => write!(f, "there is a vault in {} already", shown(path)),
            Self::NotEmpty(path) => write!(f, "{} holds other things than a vault", shown(path)),
            Self::Incomplete(path, file) => write!(f, "{file} is missing from the vault {}", shown(path)),
            Self::Symlink(path) => write!(f, "{} is a symbolic link, which could lead anywhere", shown(path)),
            Self::Strange(path) => write!(f, "{} is not what belongs there, a folder or an ordinary file", shown(path)),
            Self::Moved(_) => f.write_str("the vault's folder was moved or replaced"),
            Self::TooLarge(path) => write!(f, "{} is larger than paykeep writes it", shown(path)),
            Self::Folder(path) => write!(f, "{} is a folder, and one file is brought in", shown(path)),
            Self::Foreign(path) => write!(f, "{} belongs to another user", shown(path)),
            Self::Writable(path) => write!(f, "other users may write to {}", shown(path)),
            Self::Locked(path) => write!(f, "another program is writing to {}", shown(path)),
            Self::Older { seen, found } if seen == found => {
                write!(f, "the vault is another copy of generation {found} than the one that was seen last")
            }
            Self::Older { seen, found } => {
                write!(f, "the vault is older than the one that was seen last: generation {found}, not {seen}")
            }
            Self::System(what, path, errno) | Self::NotMade(what, path, errno) => {
                let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
                write!(f, "{}: {what} {} failed", reason(*errno), clean(&name))
            }
            Self::Weak(error) => error.fmt(f),
            Self::Vault(error) | Self::Damaged(error, _) => error.fmt(f),
            Self::Copy(path, VaultError::OtherIdentity) => write!(f, "{} is no copy of this vault", shown(path)),
            Self::Copy(path, VaultError::NotGenuine) => {
                write!(f, "{} was not written by this vault's key", shown(path))
            }
            Self::Copy(path, VaultError::Damaged(_)) => {
                write!(f, "{} is damaged: it was cut off or changed", shown(path))
            }
            Self::Copy(path, error) => write!(f, "{}: {error}", shown(path)),
            Self::Change(error) => error.fmt(f),
        }
    }
}

/// The usual reasons in the words of this program, the others in the system's.
fn reason(errno: Errno) -> String {
    match errno {
        Errno::NOSPC | Errno::DQUOT => "the disk is full".into(),
        Errno::ROFS => "the disk is read-only".into(),
        Errno::ACCESS | Errno::PERM => "permission denied".into(),
        Errno::IO => "the disk reports an error".into(),
        errno => {
            let text = std::io::Error::from(errno).to_string();
            let plain = text.split(" (os error").next().unwrap_or_default();
            plain.to_lowercase()
        }
    }
}

impl std::error::Error for StoreError {}

impl Explain for StoreError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing(_) => "`paykeep init` makes one; `--vault DIR` or PAYKEEP_VAULT names another folder".into(),
            Self::Exists(_) => "open it with `paykeep`, or name another folder with `--vault DIR`".into(),
            Self::NotEmpty(_) => "name a folder that is empty or not there yet with `--vault DIR`".into(),
            Self::Incomplete(path, file) => format!(
                "copy the newest *.{file} in {} back as {file}, or one of your own",
                clean(&path.join(super::backups::FOLDER).to_string_lossy())
            ),
            Self::Damaged(_, way_out) => way_out.clone(),
            Self::Symlink(_) => "put the thing itself there; a vault's folder can be named with `--vault DIR`".into(),
            Self::Moved(path) => format!(
                "nothing was saved; put it back, or lock and open what stands there now: {}",
                clean(&path.to_string_lossy())
            ),
            Self::Strange(_) => "move it away, or name another folder with `--vault DIR`".into(),
            Self::TooLarge(_) => {
                "nothing was changed; move it away, and look for what stood there in the folder's backups, or in your own".into()
            }
            Self::Folder(path) => {
                format!("name the vault's file in it: {}", clean(&path.join("vault.age").to_string_lossy()))
            }
            Self::Foreign(_) => "a vault opens only for its owner: use your own folder".into(),
            Self::Writable(path) => format!("take that right away: chmod go-w {}", clean(&path.to_string_lossy())),
            Self::Locked(_) => "try again when it is done; nothing was changed".into(),
            Self::Older { .. } => {
                "somebody or a backup put it there; if that was you, open it with `--accept-older`".into()
            }
            Self::System(_, path, _) => match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                Some(folder) => format!("nothing was changed in {}", clean(&folder.to_string_lossy())),
                None => "nothing was changed".into(),
            },
            Self::NotMade(..) => "no vault was made; name another folder with `--vault DIR`, or make room".into(),
            Self::Weak(error) => return error.hint(),
            Self::Copy(_, VaultError::OtherIdentity) => "name a vault.age that this vault's identity.age opens".into(),
            Self::Copy(_, VaultError::NotGenuine) => {
                "somebody else made it: don't use what it holds; nothing was changed".into()
            }
            Self::Copy(_, VaultError::Damaged(_)) => "nothing was changed; look for another copy of it".into(),
            Self::Vault(error) | Self::Copy(_, error) => return error.hint(),
            Self::Change(error) => return error.hint(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Exists(_)
            | Self::NotEmpty(_)
            | Self::Symlink(_)
            | Self::Strange(_)
            | Self::Moved(_)
            | Self::Folder(_)
            | Self::Foreign(_)
            | Self::Writable(_)
            | Self::Older { .. } => Exit::Refused,
            Self::Missing(_) => Exit::NotFound,
            Self::Incomplete(..) | Self::TooLarge(_) => Exit::Damaged,
            Self::Locked(_) | Self::System(..) | Self::NotMade(..) => Exit::Failed,
            Self::Weak(error) => error.exit(),
            Self::Vault(error) | Self::Damaged(error, _) | Self::Copy(_, error) => error.exit(),
            Self::Change(error) => error.exit(),
        }
    }
}

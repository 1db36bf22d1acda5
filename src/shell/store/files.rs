//! One folder's files, through one descriptor of the folder: nothing that is put in its path's place meanwhile is followed.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;
use rustix::{fs, process};

use super::{StoreError, backups};

/// An open folder of a vault.
pub(super) struct Folder {
    path: PathBuf,
    file: File,
}

/// A file that was loaded, held open, and what the system said of it then.
pub(super) struct Held {
    _file: File,
    mark: Mark,
}

/// A file that is complete and certain on disk, and is to take another's place. It is gone when it isn't put there.
pub(super) struct Replacement<'a> {
    name: &'static str,
    file: File,
    new: Leftover<'a>,
}

/// What is not to lie about once this is dropped, unless it was kept.
struct Leftover<'a> {
    folder: &'a Folder,
    name: String,
}

/// A file that is written, and each part of it read again at once, without a second copy of all of it: a file system that takes all
/// and has something else is found before anything depends on it. What only the disk loses shows in the sync alone.
struct Seen<'a> {
    file: &'a File,
    at: u64,
    there: Vec<u8>,
    /// Whether something else is there.
    differs: bool,
}

/// What tells a file from every other and from itself after a change.
#[derive(PartialEq, Eq)]
struct Mark {
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Folder {
    /// Opens the folder; `None` if it isn't there. A symlink, another user's folder and one that others may write to are refused.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match fs::open(path, flags, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(StoreError::Symlink(path.into())),
            Err(Errno::NOTDIR) => {
                let link = fs::lstat(path).is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Symlink);
                return Err(if link { StoreError::Symlink(path.into()) } else { StoreError::Strange(path.into()) });
            }
            Err(errno) => return Err(StoreError::System("opening", path.into(), errno)),
        };
        let stat = fs::fstat(&file).map_err(|e| StoreError::System("looking at", path.into(), e))?;
        check_owner(&stat, path)?;
        Ok(Some(Self { path: path.into(), file }))
    }

    /// Makes the folder with these files in it, all at once: it is filled under another name beside it and renamed.
    pub(super) fn create(path: &Path, files: &[(&str, &[u8])]) -> Result<Self, StoreError> {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().ok_or_else(|| StoreError::Strange(path.into()))?;
        std::fs::create_dir_all(parent).map_err(|e| system("making", parent, &e))?;
        let mut staging = std::ffi::OsString::from(".");
        staging.push(name);
        staging.push(".new");
        let staging = parent.join(staging);
        // Left by a crash while a vault was made: it never became one.
        Self::clear(&staging, files)?;
        let at = |what| move |errno| StoreError::System(what, path.into(), errno);
        let made = fs::mkdir(&staging, Mode::RWXU).map_err(at("making")).and_then(|()| {
            let folder = Self::open(&staging)?.ok_or_else(|| StoreError::Missing(path.into()))?;
            fs::fchmod(&folder.file, Mode::RWXU).map_err(at("guarding"))?;
            for (name, bytes) in files {
                folder.write_new(name, all(bytes))?.1.keep();
            }
            fs::fsync(&folder.file).map_err(at("saving"))?;
            fs::rename(&staging, path).map_err(|errno| match errno {
                Errno::NOTEMPTY | Errno::EXIST => StoreError::NotEmpty(path.into()),
                errno => StoreError::System("making", path.into(), errno),
            })
        });
        if let Err(error) = made {
            let _ = Self::clear(&staging, files);
            return Err(error);
        }
        let folder = Self::open(path)?.ok_or_else(|| StoreError::Missing(path.into()))?;
        let above = File::open(parent).map_err(|e| system("saving", parent, &e))?;
        fs::fsync(&above).map_err(at("saving"))?;
        Ok(folder)
    }

    /// The open folder, for calls that name what is in it.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes a folder that was to become a vault, with the files that it would have had. Whatever else stands there is somebody's.
    fn clear(path: &Path, files: &[(&str, &[u8])]) -> Result<(), StoreError> {
        let Some(folder) = Self::open(path)? else { return Ok(()) };
        for (name, _) in files {
            folder.remove(name)?;
        }
        fs::rmdir(path).map_err(|errno| match errno {
            Errno::NOTEMPTY | Errno::EXIST => StoreError::NotEmpty(path.into()),
            errno => StoreError::System("removing", path.into(), errno),
        })
    }

    /// When a file was written last; `None` if it isn't there.
    pub(super) fn saved_at(&self, name: &str) -> Result<Option<Timestamp>, StoreError> {
        match fs::statat(&self.file, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(Timestamp::from_second(stat.st_mtime).unwrap_or(Timestamp::UNIX_EPOCH))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.system("looking at", name, errno)),
        }
    }

    /// Whether anything stands under a name.
    pub(super) fn has(&self, name: &str) -> bool {
        fs::statat(&self.file, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Reads a whole file of at most `limit` bytes; `None` if it isn't there. A symlink, a pipe, another user's file are refused.
    pub(super) fn read(&self, name: &str, limit: usize) -> Result<Option<(Held, Vec<u8>)>, StoreError> {
        let path = || self.path.join(name);
        let Some((mut file, stat)) = self.open_to_read(name)? else { return Ok(None) };
        let size = usize::try_from(stat.st_size).unwrap_or(usize::MAX);
        if size > limit {
            return Err(StoreError::TooLarge(path()));
        }
        let mut bytes = Vec::with_capacity(size + 1);
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        (&mut file).take(most).read_to_end(&mut bytes).map_err(|e| system("reading", &path(), &e))?;
        Ok(Some((Held { _file: file, mark: Mark::of(&stat) }, bytes)))
    }

    /// Opens a regular file of the user's own; `None` if there is none.
    fn open_to_read(&self, name: &str) -> Result<Option<(File, Stat)>, StoreError> {
        let path = || self.path.join(name);
        // Without waiting: a named pipe would hold the program up forever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match fs::openat(&self.file, name, flags, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(StoreError::Symlink(path())),
            Err(errno) => return Err(self.system("opening", name, errno)),
        };
        let stat = fs::fstat(&file).map_err(|e| self.system("looking at", name, e))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(StoreError::Strange(path()));
        }
        check_owner(&stat, &path())?;
        Ok(Some((file, stat)))
    }

    /// Whether the file in the folder is still the one that is held.
    pub(super) fn is_unchanged(&self, name: &str, held: &Held) -> Result<bool, StoreError> {
        match fs::statat(&self.file, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Mark::of(&stat) == held.mark),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(self.system("looking at", name, errno)),
        }
    }

    /// Waits for the lock that every writer takes, at most ten seconds. It ends with the file that is returned, also after a crash.
    /// What a crashed writer left half done is cleared away.
    pub(super) fn lock(&self) -> Result<File, StoreError> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match fs::openat(&self.file, LOCK, flags, FILE_MODE) {
            Ok(file) => File::from(file),
            Err(Errno::LOOP) => return Err(StoreError::Symlink(self.path.join(LOCK))),
            Err(errno) => return Err(self.system("opening", LOCK, errno)),
        };
        for _ in 0..LOCK_TRIES {
            match fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {
                    self.check_place()?;
                    self.sweep();
                    return Ok(file);
                }
                Err(Errno::WOULDBLOCK | Errno::INTR) => std::thread::sleep(LOCK_PAUSE),
                Err(errno) => return Err(self.system("locking", LOCK, errno)),
            }
        }
        Err(StoreError::Locked(self.path.clone()))
    }

    /// Whether the folder is still the one that stands at its path: what is saved into one that was moved away is found by nobody.
    pub(super) fn check_place(&self) -> Result<(), StoreError> {
        let own = fs::fstat(&self.file).map_err(|errno| StoreError::System("looking at", self.path.clone(), errno))?;
        match fs::lstat(&self.path) {
            Ok(there) if (there.st_dev, there.st_ino) == (own.st_dev, own.st_ino) => Ok(()),
            Ok(_) | Err(Errno::NOENT) => Err(StoreError::Moved(self.path.clone())),
            Err(errno) => Err(StoreError::System("looking at", self.path.clone(), errno)),
        }
    }

    /// Removes what stands under the names that a save uses for a moment.
    fn sweep(&self) {
        for name in [super::VAULT, super::IDENTITY, super::REMINDER]
            .into_iter()
            .flat_map(|name| [new_name(name), old_name(name)])
        {
            let _ = fs::unlinkat(&self.file, name.as_str(), AtFlags::empty());
        }
    }

    /// Writes what is to take a file's place: under another name, until it is [put](Replacement::put) there.
    pub(super) fn prepare<'a>(
        &'a self,
        name: &'static str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
        _lock: &'a File,
    ) -> Result<Replacement<'a>, StoreError> {
        let (file, new) = self.write_new(&new_name(name), content)?;
        Ok(Replacement { name, file, new })
    }

    /// Writes a small file that nothing depends on: old or new, never half. Under the lock, since the name beside it is the same for all.
    pub(super) fn put(&self, name: &str, bytes: &[u8], _lock: &File) -> Result<(), StoreError> {
        self.write_new(&new_name(name), all(bytes))?.1.becomes(name)
    }

    /// Removes a file, if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<(), StoreError> {
        match fs::unlinkat(&self.file, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(self.system("removing", name, errno)),
        }
    }

    /// Keeps a copy of the identity file among the backups, under a name that follows from its content.
    pub(super) fn keep_identity(&self, name: &str, limit: usize) -> Result<(), StoreError> {
        let Some((_, bytes)) = self.read(name, limit)? else {
            return Err(StoreError::Incomplete(self.path.clone(), super::IDENTITY));
        };
        self.make(backups::FOLDER)?;
        let copy = format!("{}/{}", backups::FOLDER, backups::identity_name(&bytes));
        match fs::statat(&self.file, copy.as_str(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Ok(()),
            Err(Errno::NOENT) => {
                // Not a hard link: whoever writes into one of them must not change both. Renamed, since what stands under that name
                // is taken for complete.
                self.write_new(&new_name(name), all(&bytes))?.1.becomes(&copy)
            }
            Err(errno) => Err(self.system("looking at", &copy, errno)),
        }
    }

    /// Removes the backups that are no longer needed. What can't be removed stays: nothing depends on it.
    pub(super) fn thin_backups(&self, now: Timestamp) {
        let Ok(names) = self.names_in(backups::FOLDER) else { return };
        for name in backups::superfluous(&names, now) {
            let _ = fs::unlinkat(&self.file, format!("{}/{name}", backups::FOLDER).as_str(), AtFlags::empty());
        }
    }

    /// The names of all files in a folder of the vault's.
    pub(super) fn names_in(&self, folder: &'static str) -> Result<Vec<String>, StoreError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let read = fs::openat(&self.file, folder, flags, Mode::empty()).and_then(Dir::read_from);
        let entries = match read {
            Ok(entries) => entries,
            Err(Errno::NOENT) => return Ok(Vec::new()),
            Err(errno) => return Err(self.system("reading", folder, errno)),
        };
        let name = |e: fs::DirEntry| e.file_name().to_str().ok().map(str::to_owned);
        Ok(entries.filter_map(|e| e.ok().and_then(name)).collect())
    }

    /// Writes a file into a folder of the vault's and makes it certain on disk: old or new, never half.
    pub(super) fn put_in(&self, folder: &'static str, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.make(folder)?;
        let path = format!("{folder}/{name}");
        self.write_new(&format!("{folder}/{}", new_name(name)), all(bytes))?.1.becomes(&path)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let saved = fs::openat(&self.file, folder, flags, Mode::empty()).and_then(fs::fsync);
        saved.and_then(|()| fs::fsync(&self.file)).map_err(|e| self.system("saving", &path, e))
    }

    /// Makes a folder of the vault's, where it isn't there. A symlink in its place is refused: it could lead anywhere.
    fn make(&self, folder: &'static str) -> Result<(), StoreError> {
        match fs::mkdirat(&self.file, folder, Mode::RWXU) {
            Ok(()) => return Ok(()),
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(self.system("making", folder, errno)),
        }
        let stat = fs::statat(&self.file, folder, AtFlags::SYMLINK_NOFOLLOW);
        match FileType::from_raw_mode(stat.map_err(|errno| self.system("looking at", folder, errno))?.st_mode) {
            FileType::Directory => Ok(()),
            FileType::Symlink => Err(StoreError::Symlink(self.path.join(folder))),
            _ => Err(StoreError::Strange(self.path.join(folder))),
        }
    }

    /// Gives a file a second name; where the file system has no hard links, a copy. The file itself is never written to again.
    fn keep(&self, name: &str, second: &str) -> Result<(), StoreError> {
        match fs::linkat(&self.file, name, &self.file, second, AtFlags::empty()) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(Errno::PERM | Errno::NOTSUP | Errno::MLINK) => {
                let (_, bytes) = self
                    .read(name, crate::vault::MAX_FILE)?
                    .ok_or_else(|| self.system("reading", name, Errno::NOENT))?;
                self.write_new(second, all(&bytes)).map(|(_, copy)| copy.keep())
            }
            Err(errno) => Err(self.system("keeping a copy of", name, errno)),
        }
    }

    /// Writes a file that isn't there, looks whether it is there then, and makes it certain on disk. What a crash left under that name is
    /// removed first: the name is paykeep's own, and the lock is held.
    fn write_new(
        &self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(File, Leftover<'_>), StoreError> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || fs::openat(&self.file, name, flags, FILE_MODE);
        let file = match open() {
            Err(Errno::EXIST) => fs::unlinkat(&self.file, name, AtFlags::empty()).and_then(|()| open()),
            other => other,
        };
        let file = File::from(file.map_err(|e| self.system("making", name, e))?);
        let leftover = Leftover { folder: self, name: name.to_owned() };
        fs::fchmod(&file, FILE_MODE).map_err(|e| self.system("guarding", name, e))?;
        let mut out = BufWriter::with_capacity(AT_ONCE, Seen { file: &file, at: 0, there: Vec::new(), differs: false });
        if let Err(error) = content(&mut out).and_then(|()| out.flush()) {
            let what = if out.get_ref().differs { "reading back" } else { "writing" };
            // What is still buffered is not written now.
            drop(out.into_parts());
            return Err(system(what, &self.path.join(name), &error));
        }
        let size = out.get_ref().at;
        drop(out);
        fs::fsync(&file).map_err(|e| self.system("saving", name, e))?;
        // Some systems cut a file only when they bring it to the disk.
        let there = fs::statat(&self.file, name, AtFlags::SYMLINK_NOFOLLOW);
        let there = there.map_err(|e| self.system("reading back", name, e))?;
        if u64::try_from(there.st_size) != Ok(size) {
            return Err(self.system("reading back", name, Errno::IO));
        }
        Ok((file, leftover))
    }

    fn system(&self, what: &'static str, name: &str, errno: Errno) -> StoreError {
        StoreError::System(what, self.path.join(name), errno)
    }
}

impl Replacement<'_> {
    /// What the disk has of it, at most so many bytes.
    pub(super) fn bytes(&self, limit: usize) -> Result<Vec<u8>, StoreError> {
        let Leftover { folder, name } = &self.new;
        let found = folder.read(name, limit)?;
        found.map(|(_, bytes)| bytes).ok_or_else(|| folder.system("reading back", name, Errno::NOENT))
    }

    /// Puts it in the place of the old file. `backup` is the name under which that one is kept. If the rename can't be made certain on
    /// disk, the old file is put back and the error returned: fsync is never tried twice.
    pub(super) fn put(self, backup: Option<&str>) -> Result<Held, StoreError> {
        let Self { name, file, new } = self;
        let folder = new.folder;
        let old = Leftover { folder, name: old_name(name) };
        let _ = fs::unlinkat(&folder.file, old.name.as_str(), AtFlags::empty());
        folder.keep(name, &old.name)?;
        let backup = backup.map(|name| Leftover { folder, name: format!("{}/{name}", backups::FOLDER) });
        if let Some(backup) = &backup {
            folder.make(backups::FOLDER)?;
            folder.keep(name, &backup.name)?;
        }
        new.becomes(name)?;
        // Looked at only now, since the rename changes a time; and before it is certain, since it can fail.
        match fs::fstat(&file).and_then(|stat| fs::fsync(&folder.file).map(|()| stat)) {
            Ok(stat) => {
                backup.into_iter().for_each(Leftover::keep);
                Ok(Held { _file: file, mark: Mark::of(&stat) })
            }
            Err(errno) => {
                let _ = fs::renameat(&folder.file, old.name.as_str(), &folder.file, name);
                Err(folder.system("saving", name, errno))
            }
        }
    }
}

impl Leftover<'_> {
    /// It is wanted.
    fn keep(mut self) {
        self.name.clear();
    }

    /// It takes this name, in the place of whatever has it.
    fn becomes(self, name: &str) -> Result<(), StoreError> {
        let Folder { file, .. } = self.folder;
        fs::renameat(file, self.name.as_str(), file, name).map_err(|e| self.folder.system("saving", name, e))?;
        self.keep();
        Ok(())
    }
}

impl Drop for Leftover<'_> {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            let _ = fs::unlinkat(&self.folder.file, self.name.as_str(), AtFlags::empty());
        }
    }
}

impl Write for Seen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = &bytes[..bytes.len().min(AT_ONCE)];
        let written = self.file.write(part)?;
        self.there.resize(written, 0);
        let read = self.file.read_exact_at(&mut self.there, self.at);
        self.differs = read.is_err() || self.there != part[..written];
        if self.differs {
            return Err(read.err().unwrap_or_else(|| Errno::IO.into()));
        }
        self.at += u64::try_from(written).unwrap_or(u64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Mark {
    fn of(stat: &Stat) -> Self {
        Self {
            device: stat.st_dev,
            inode: stat.st_ino,
            size: stat.st_size,
            modified: (stat.st_mtime, stat.st_mtime_nsec.try_into().unwrap_or(0)),
            changed: (stat.st_ctime, stat.st_ctime_nsec.try_into().unwrap_or(0)),
        }
    }
}

/// A content that is there as a whole.
pub(super) fn all(bytes: &[u8]) -> impl FnOnce(&mut dyn Write) -> io::Result<()> {
    |out| out.write_all(bytes)
}

fn new_name(name: &str) -> String {
    format!(".{name}.new")
}

fn old_name(name: &str) -> String {
    format!(".{name}.old")
}

/// Reads a file from anywhere, of at most `limit` bytes. Who owns it does not matter: whether it is genuine says its own MAC.
pub(super) fn read_copy(path: &Path, limit: usize) -> Result<Vec<u8>, StoreError> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = fs::open(path, flags, Mode::empty());
    let mut file = File::from(opened.map_err(|errno| StoreError::System("opening", path.into(), errno))?);
    let stat = fs::fstat(&file).map_err(|errno| StoreError::System("looking at", path.into(), errno))?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => {}
        FileType::Directory => return Err(StoreError::Folder(path.into())),
        _ => return Err(StoreError::Strange(path.into())),
    }
    let size = usize::try_from(stat.st_size).unwrap_or(usize::MAX);
    if size > limit {
        return Err(StoreError::Copy(path.into(), crate::vault::VaultError::TooLarge(super::VAULT)));
    }
    let mut bytes = Vec::with_capacity(size + 1);
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    (&mut file).take(most).read_to_end(&mut bytes).map_err(|error| system("reading", path, &error))?;
    Ok(bytes)
}

fn check_owner(stat: &Stat, path: &Path) -> Result<(), StoreError> {
    if stat.st_uid != process::geteuid().as_raw() {
        return Err(StoreError::Foreign(path.into()));
    }
    if Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH) {
        return Err(StoreError::Writable(path.into()));
    }
    Ok(())
}

fn system(what: &'static str, path: &Path, error: &io::Error) -> StoreError {
    let errno = Errno::from_io_error(error).unwrap_or(Errno::IO);
    StoreError::System(what, path.into(), errno)
}

const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);
/// Bytes that are written and read back at once: one chunk of an age file.
const AT_ONCE: usize = 64 * 1024 + 16;
pub(super) const LOCK: &str = "vault.lock";
const LOCK_TRIES: u32 = 1_000;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_disk_does_not_keep_is_not_saved() {
        let written = |path: &str, bytes: &[u8]| {
            let file = File::options().read(true).write(true).open(path).unwrap();
            let mut seen = Seen { file: &file, at: 0, there: Vec::new(), differs: false };
            let done = seen.write_all(bytes);
            (done.is_ok(), seen.differs)
        };
        assert_eq!(written("/dev/zero", &vec![0; 100_000]), (true, false));
        assert_eq!(written("/dev/zero", b"it takes all, and has zeros"), (false, true));
        assert_eq!(written("/dev/null", b"it takes all, and has nothing"), (false, true));
        assert_eq!(written("/dev/full", b"it takes nothing"), (false, false));
    }

    #[test]
    fn a_replacement_that_is_not_put_in_place_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path()).unwrap().unwrap();
        let lock = folder.lock().unwrap();
        folder.put("a", b"old", &lock).unwrap();
        let new = folder.prepare("a", all(b"new"), &lock).unwrap();
        assert_eq!(new.bytes(10).unwrap(), b"new");
        drop(new);
        assert!(folder.prepare("a", |_| Err(Errno::NOSPC.into()), &lock).is_err());
        assert_eq!(folder.read("a", 10).unwrap().unwrap().1, b"old");
        folder.prepare("a", all(b"new"), &lock).unwrap().put(None).unwrap();
        assert_eq!(folder.read("a", 10).unwrap().unwrap().1, b"new");
        let mut names: Vec<_> = std::fs::read_dir(root.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a", LOCK]);
    }
}

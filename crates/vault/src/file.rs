//! The key file on disk: made once, never half-written, never readable by others.
//!
//! Does not know what stands in it beyond its being text.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::VaultError;

/// Far beyond any number of keys; whatever is longer is another file.
const BYTES_MAX: u64 = 64 * 1024;

/// The text of the key file.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, VaultError> {
    let mut file = File::open(path).map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            VaultError::Missing(path.to_owned())
        } else {
            VaultError::io("open", path, error)
        }
    })?;
    let failed = |error| VaultError::io("read", path, error);
    // Asked of the open file: what the path leads to could have changed since.
    let known = file.metadata().map_err(failed)?;
    let mode = known.mode() & 0o777;
    if mode & 0o077 != 0 {
        let path = path.to_owned();
        return Err(VaultError::Exposed { path, mode });
    }
    if !known.is_file() || known.len() > BYTES_MAX {
        return Err(failed(io::Error::other("it is no key file")));
    }
    // One more than needed, so that reading to the end does not make it grow and leave a copy.
    let room = usize::try_from(known.len()).unwrap_or(0).saturating_add(1);
    let mut text = Zeroizing::new(String::with_capacity(room));
    file.read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Writes a key file where there is none.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), VaultError> {
    let mut file = create_exclusively(path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            VaultError::Exists(path.to_owned())
        } else {
            VaultError::io("create", path, error)
        }
    })?;
    write(&mut file, path, text)?;
    sync_directory(path)
}

/// Replaces the text of the key file by what `change` makes of it; on any failure, and after a
/// crash at any moment, either the old text is there or the new one.
pub(crate) fn replace<F>(path: &Path, change: F) -> Result<(), VaultError>
where
    F: FnOnce(&str) -> Result<Zeroizing<String>, VaultError>,
{
    let draft = draft_path(path);
    // The draft is the lock as well: whoever makes it is the only one who changes the keys.
    let mut file = create_exclusively(&draft).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            VaultError::UnderChange(draft.clone())
        } else {
            VaultError::io("create", &draft, error)
        }
    })?;
    let written = read(path)
        .and_then(|text| change(&text))
        .and_then(|text| {
            keep_owner(path, &file).map_err(|error| VaultError::io("give away", &draft, error))?;
            write(&mut file, &draft, &text)
        })
        .and_then(|()| {
            fs::rename(&draft, path).map_err(|error| VaultError::io("replace", path, error))
        });
    match written {
        Ok(()) => sync_directory(path),
        Err(error) => {
            remove(&draft);
            Err(error)
        }
    }
}

fn create_exclusively(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// Writes the whole text through to the disk, or removes the file again.
fn write(file: &mut File, path: &Path, text: &str) -> Result<(), VaultError> {
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(|error| {
        remove(path);
        VaultError::io("write", path, error)
    })
}

/// An administrator who rotates as root must not lock the service out of its own file.
fn keep_owner(path: &Path, draft: &File) -> io::Result<()> {
    let (old, new) = (fs::metadata(path)?, draft.metadata()?);
    if (old.uid(), old.gid()) == (new.uid(), new.gid()) {
        return Ok(());
    }
    fchown(draft, Some(old.uid()), Some(old.gid()))
}

/// A name is on the disk only when its directory is.
fn sync_directory(path: &Path) -> Result<(), VaultError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| VaultError::io("write", directory, error))
}

fn draft_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".new");
    PathBuf::from(name)
}

fn remove(path: &Path) {
    // The first failure is the one to report; if this one fails too, the next start names the file.
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_reported_as_such() {
        let path = Path::new("/dev/full");
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        let failed = file.write_all(b"text").unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::StorageFull);
        let error = VaultError::io("write", path, failed);
        let text = error.to_string();
        assert!(
            text.starts_with("cannot write /dev/full: No space left"),
            "{text}"
        );
    }

    #[test]
    fn the_draft_stands_beside_the_file() {
        let draft = draft_path(Path::new("/data/vault.keys"));
        assert_eq!(draft, Path::new("/data/vault.keys.new"));
    }
}

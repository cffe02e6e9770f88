//! A folder that no other test has, removed at the end of a test that passes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Scratch {
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("sandbox-{}-{number}", std::process::id());
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            // A folder that exists already belongs to an earlier run with the same number.
            if std::fs::create_dir(&path).is_ok() {
                return Scratch(path);
            }
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }
}

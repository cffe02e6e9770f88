//! The vault from outside: key files on a real disk, and records that open or do not.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

mod hidden;
mod key_file;
mod records;
mod scratch;

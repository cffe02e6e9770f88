//! A text that cannot be printed: no log line, error or debug output can hold it by accident.
//!
//! Does not encrypt. It is wiped from memory when it goes.

use std::fmt;

use zeroize::Zeroize;

/// A text whose debug form says nothing, and which has no other printed form.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text`.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself. The name is long so that every use is seen in review.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("mysql://user:hunter2@host/db".into());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.reveal(), "mysql://user:hunter2@host/db");
    }
}

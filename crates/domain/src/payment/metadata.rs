//! The merchant's own pairs of texts on a record, and what a request does to them.
//!
//! Gives no key a meaning, and does not limit the length of a text: whoever reads it does.

use std::collections::BTreeMap;

use crate::Refusal;

/// Pairs on one record, at most; as with Stripe.
const PAIRS_MAX: usize = 50;

/// Up to fifty pairs of texts that a merchant hangs on a record.
pub type Metadata = BTreeMap<String, String>;

/// What a request does to the pairs of a record, whatever they are when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataChange {
    /// Take all of them away.
    Clear,
    /// Set those with a value, take away those without, keep the others.
    Change(BTreeMap<String, Option<String>>),
}

impl Default for MetadataChange {
    /// Nothing changes.
    fn default() -> Self {
        Self::Change(BTreeMap::new())
    }
}

impl MetadataChange {
    /// `old` with these changes.
    ///
    /// # Errors
    /// [`Refusal::TooManyPairs`].
    pub fn apply(&self, old: &Metadata) -> Result<Metadata, Refusal> {
        let Self::Change(pairs) = self else {
            return Ok(Metadata::new());
        };
        let mut new = old.clone();
        for (key, value) in pairs {
            match value {
                Some(value) => new.insert(key.clone(), value.clone()),
                None => new.remove(key),
            };
        }
        if new.len() > PAIRS_MAX {
            return Err(Refusal::TooManyPairs);
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(pairs: &[(&str, &str)]) -> Metadata {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn change(pairs: &[(&str, Option<&str>)]) -> MetadataChange {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned)));
        MetadataChange::Change(pairs.collect())
    }

    #[test]
    fn pairs_are_set_taken_away_and_kept() {
        let old = metadata(&[("a", "1"), ("b", "2")]);
        let pairs = change(&[("a", None), ("c", Some("3")), ("absent", None)]);
        let expected = metadata(&[("b", "2"), ("c", "3")]);
        assert_eq!(pairs.apply(&old), Ok(expected));
        assert_eq!(MetadataChange::default().apply(&old), Ok(old.clone()));
        assert_eq!(MetadataChange::Clear.apply(&old), Ok(Metadata::new()));
    }

    #[test]
    fn there_are_never_more_than_fifty() {
        let full: Metadata = (0..50).map(|n| (n.to_string(), String::new())).collect();
        let more = change(&[("one more", Some("x"))]);
        assert_eq!(more.apply(&full), Err(Refusal::TooManyPairs));
        let instead = change(&[("one more", Some("x")), ("0", None)]);
        assert_eq!(instead.apply(&full).map(|new| new.len()), Ok(50));
        let other = change(&[("0", Some("x"))]);
        assert_eq!(other.apply(&full).map(|new| new.len()), Ok(50));
    }
}

//! The merchant's own pairs, as a request sets and takes them away.
//!
//! Does not store them, and gives no key a meaning.

use std::collections::BTreeMap;

use domain::payment::Metadata;

use super::fault::{Fault, FaultKind};
use super::{Form, Node};

/// Pairs in one `metadata`.
const METADATA_PAIRS_MAX: usize = 50;
/// Characters of a key in `metadata`.
const METADATA_KEY_MAX: usize = 40;
/// Characters of a value in `metadata`.
const METADATA_VALUE_MAX: usize = 500;

impl Form {
    /// The merchant's own pairs: what to set, and with `None` what to take away. An empty text in
    /// place of the pairs takes all of them away, which is `Some` of [`Pairs::Clear`].
    ///
    /// # Errors
    /// There are too many, or a key or value is too long, or no text.
    pub(crate) fn metadata(&mut self, name: &str) -> Result<Option<Pairs>, Fault> {
        let fields = match self.fields.remove(name) {
            None => return Ok(None),
            Some(Node::Text(text)) if text.is_empty() => return Ok(Some(Pairs::Clear)),
            Some(Node::Map(fields)) => fields,
            Some(Node::Text(_) | Node::List(_)) => {
                return Err(self.fault(FaultKind::NotObject, name));
            }
        };
        let mut pairs = BTreeMap::new();
        for (key, node) in fields {
            let path = format!("{}[{key}]", self.path_of(name));
            let Node::Text(value) = node else {
                return Err(Fault::new(FaultKind::NotText, path));
            };
            if key.is_empty() || key.chars().count() > METADATA_KEY_MAX {
                return Err(Fault::new(FaultKind::MetadataKey, path));
            }
            if value.chars().count() > METADATA_VALUE_MAX {
                let fault = Fault::new(FaultKind::TooLong, path);
                return Err(fault.with_detail(METADATA_VALUE_MAX.to_string()));
            }
            let value = (!value.is_empty()).then(|| value.to_string());
            pairs.insert(key, value);
        }
        let pairs = Pairs::Change(pairs);
        if pairs.apply(&Metadata::new()).len() > METADATA_PAIRS_MAX {
            return Err(self.fault(FaultKind::MetadataPairs, name));
        }
        Ok(Some(pairs))
    }
}

/// What a request says of the merchant's own pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pairs {
    /// Take all of them away.
    Clear,
    /// Set those with a value, take away those without, keep the others.
    Change(BTreeMap<String, Option<String>>),
}

impl Pairs {
    /// `old` with these changes.
    pub(crate) fn apply(&self, old: &Metadata) -> Metadata {
        let Self::Change(pairs) = self else {
            return Metadata::new();
        };
        let mut new = old.clone();
        for (key, value) in pairs {
            match value {
                Some(value) => new.insert(key.clone(), value.clone()),
                None => new.remove(key),
            };
        }
        new
    }

    /// Like [`Self::apply`], unless the result has more pairs than are allowed.
    ///
    /// # Errors
    /// There would be too many.
    pub(crate) fn apply_within_limit(&self, old: &Metadata, name: &str) -> Result<Metadata, Fault> {
        let new = self.apply(old);
        if new.len() > METADATA_PAIRS_MAX {
            return Err(Fault::new(FaultKind::MetadataPairs, name.to_owned()));
        }
        Ok(new)
    }
}

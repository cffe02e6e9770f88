//! The merchant's own pairs, as a request sets and takes them away.
//!
//! Does not store them, and gives no key a meaning.

use std::collections::BTreeMap;

use domain::payment::{Metadata, MetadataChange};

use super::fault::{Fault, FaultKind};
use super::{Form, Node};

/// Characters of a key in `metadata`.
pub(super) const METADATA_KEY_MAX: usize = 40;
/// Characters of a value in `metadata`.
pub(super) const METADATA_VALUE_MAX: usize = 500;

impl Form {
    /// The merchant's own pairs of a new record.
    ///
    /// # Errors
    /// As [`Self::metadata_change`].
    pub(crate) fn metadata(&mut self, name: &str) -> Result<Metadata, Fault> {
        let change = self.metadata_change(name)?;
        self.checked(name, &change)
    }

    /// What becomes of the merchant's own pairs: an empty text takes one away, and in place of
    /// the pairs all of them.
    ///
    /// # Errors
    /// There are too many, or a key or value is too long, or no text.
    pub(crate) fn metadata_change(&mut self, name: &str) -> Result<MetadataChange, Fault> {
        #[cfg(test)]
        self.asks(name, super::Shape::Metadata);
        let fields = match self.fields.remove(name) {
            None => return Ok(MetadataChange::default()),
            Some(Node::Text(text)) if text.is_empty() => return Ok(MetadataChange::Clear),
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
        let change = MetadataChange::Change(pairs);
        self.checked(name, &change)?;
        Ok(change)
    }

    /// What `change` makes of no pairs at all.
    fn checked(&self, name: &str, change: &MetadataChange) -> Result<Metadata, Fault> {
        let too_many = |_| self.fault(FaultKind::MetadataPairs, name);
        change.apply(&Metadata::new()).map_err(too_many)
    }
}

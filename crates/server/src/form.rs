//! Requests in Stripe's encoding: nested brackets in a form, or JSON, read into the same values.
//!
//! A parameter is consumed by reading it; what nobody read is unknown, and an unknown parameter is
//! refused. Values are not repeated in a refusal, because any of them may be a card number; only an
//! id that does not exist is, without what may be one.
//! Knows no single parameter, and nothing of HTTP beyond the name of an encoding.

mod decode;
mod fault;
mod json;
mod metadata;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Display;

use domain::Currency;

pub(crate) use fault::{Fault, FaultKind};
pub(crate) use fault::{has_card_number, shown};
pub(crate) use tree::{Node, Tree};

/// Bytes of a body, and of a query.
pub(crate) const BYTES_MAX: usize = 64 * 1024;
/// Names within names: `a[b][c]` has three.
pub(crate) const DEPTH_MAX: usize = 8;
/// Values in one request.
pub(crate) const FIELDS_MAX: usize = 1000;

/// A request's parameters, or those of one object in it, as far as they are not read yet.
pub(crate) struct Form {
    fields: BTreeMap<String, Node>,
    path: String,
}

impl Tree {
    /// Reads the whole request by `read`, and refuses what it left over.
    ///
    /// # Errors
    /// What `read` refuses, or else the first parameter that it did not read.
    pub(crate) fn read<T>(
        self,
        read: impl FnOnce(&mut Form) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut form = Form {
            fields: self.into_fields(),
            path: String::new(),
        };
        let value = read(&mut form)?;
        form.finish()?;
        Ok(value)
    }
}

impl Form {
    /// Refuses the first parameter that nobody has read.
    fn finish(self) -> Result<(), Fault> {
        match self.fields.iter().next() {
            None => Ok(()),
            Some((name, node)) => {
                let path = self.path_of(name);
                Err(Fault::new(FaultKind::Unknown, first_leaf(path, node)))
            }
        }
    }

    /// The full name of a parameter, as Stripe writes it: `card[number]`.
    pub(crate) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}[{name}]", self.path)
        }
    }

    /// A refusal of the parameter `name`.
    pub(crate) fn fault(&self, kind: FaultKind, name: &str) -> Fault {
        Fault::new(kind, self.path_of(name))
    }

    /// The refusal that a needed parameter is not there.
    pub(crate) fn missing(&self, name: &str) -> Fault {
        self.fault(FaultKind::Missing, name)
    }

    fn take_text(&mut self, name: &str) -> Result<Option<zeroize::Zeroizing<String>>, Fault> {
        match self.fields.remove(name) {
            None => Ok(None),
            Some(Node::Text(text)) => Ok(Some(text)),
            Some(Node::Map(_) | Node::List(_)) => Err(self.fault(FaultKind::NotText, name)),
        }
    }

    /// A text that is not empty.
    fn take_given(&mut self, name: &str) -> Result<Option<zeroize::Zeroizing<String>>, Fault> {
        match self.take_text(name)? {
            Some(text) if text.is_empty() => Err(self.fault(FaultKind::Empty, name)),
            given => Ok(given),
        }
    }

    /// A text of at most `max` characters that is not blank.
    ///
    /// # Errors
    /// It is empty, blank, too long, or no text.
    pub(crate) fn text(&mut self, name: &str, max: usize) -> Result<Option<String>, Fault> {
        let Some(text) = self.take_given(name)? else {
            return Ok(None);
        };
        self.check_text(name, &text, max)?;
        Ok(Some(text.to_string()))
    }

    /// Like [`Self::text`], but an empty text takes the value away: `Some(None)`.
    ///
    /// # Errors
    /// It is blank, too long, or no text.
    pub(crate) fn clearable_text(
        &mut self,
        name: &str,
        max: usize,
    ) -> Result<Option<Option<String>>, Fault> {
        let Some(text) = self.take_text(name)? else {
            return Ok(None);
        };
        if text.is_empty() {
            return Ok(Some(None));
        }
        self.check_text(name, &text, max)?;
        Ok(Some(Some(text.to_string())))
    }

    fn check_text(&self, name: &str, text: &str, max: usize) -> Result<(), Fault> {
        if text.trim().is_empty() {
            return Err(self.fault(FaultKind::Blank, name));
        }
        if text.chars().count() > max {
            let fault = self.fault(FaultKind::TooLong, name);
            return Err(fault.with_detail(max.to_string()));
        }
        Ok(())
    }

    /// A text that is wiped when it goes, for what must not stay in memory. No other check.
    ///
    /// # Errors
    /// It is no text.
    pub(crate) fn secret(
        &mut self,
        name: &str,
    ) -> Result<Option<zeroize::Zeroizing<String>>, Fault> {
        self.take_text(name)
    }

    /// A text that `parse` understands; `what` names the kind in the refusal.
    ///
    /// # Errors
    /// It is empty, no text, or not understood.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &str,
        what: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(text) = self.take_given(name)? else {
            return Ok(None);
        };
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.fault(FaultKind::Invalid, name).with_detail(what)),
        }
    }

    /// The id of an `object` (by Stripe's name). How ids are made is our business: one that cannot
    /// be is one that does not exist.
    ///
    /// # Errors
    /// It is empty, no text, or no id of such an object.
    pub(crate) fn id<Id>(
        &mut self,
        name: &str,
        object: &str,
        parse: impl FnOnce(&str) -> Option<Id>,
    ) -> Result<Option<Id>, Fault> {
        let Some(text) = self.take_given(name)? else {
            return Ok(None);
        };
        match parse(&text) {
            Some(id) => Ok(Some(id)),
            None => Err(Fault::no_such(object, &text, self.path_of(name))),
        }
    }

    /// A whole number in decimal digits.
    ///
    /// # Errors
    /// It is empty, or no whole number of 64 bits.
    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(text) = self.take_given(name)? else {
            return Ok(None);
        };
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if is_plain => Ok(Some(number)),
            Ok(_) | Err(_) => Err(self.fault(FaultKind::InvalidInteger, name)),
        }
    }

    /// Whether the parameter `name` is a single value.
    pub(crate) fn is_text(&self, name: &str) -> bool {
        matches!(self.fields.get(name), Some(Node::Text(_)))
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// It is something else.
    pub(crate) fn bool(&mut self, name: &str) -> Result<Option<bool>, Fault> {
        self.parsed(name, "boolean", |text| text.parse().ok())
    }

    /// A currency by its three letters.
    ///
    /// # Errors
    /// It is no currency.
    pub(crate) fn currency(&mut self, name: &str) -> Result<Option<Currency>, Fault> {
        self.parsed(name, "currency", Currency::parse)
    }

    /// One of a closed list of names, like
    /// `form.one_of("reason", RefundReason::parse, RefundReason::ALL)`.
    ///
    /// # Errors
    /// It is none of them; the refusal lists them.
    pub(crate) fn one_of<T: Copy + Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        all: &[T],
    ) -> Result<Option<T>, Fault> {
        let Some(text) = self.take_given(name)? else {
            return Ok(None);
        };
        let names = || {
            let names: Vec<String> = all.iter().map(ToString::to_string).collect();
            names.join(", ")
        };
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.fault(FaultKind::NotOneOf, name).with_detail(names())),
        }
    }

    /// The one word that a parameter may be, where only one of Stripe's is supported.
    ///
    /// # Errors
    /// It is another one.
    pub(crate) fn only(&mut self, name: &str, word: &'static str) -> Result<bool, Fault> {
        let same = |text: &str| (text == word).then_some(word);
        Ok(self.one_of(name, same, &[word])?.is_some())
    }

    /// The parameters of an object, read by `read`, which must leave none over.
    ///
    /// # Errors
    /// It is no object, or what `read` refuses, or a parameter that it did not read.
    pub(crate) fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self.fields.remove(name) {
            None => Ok(None),
            Some(Node::Map(fields)) => {
                let path = self.path_of(name);
                read_inner(fields, path, read).map(Some)
            }
            Some(Node::Text(_) | Node::List(_)) => Err(self.fault(FaultKind::NotObject, name)),
        }
    }

    /// Like [`Self::object`], but an empty text takes the object away: `Some(None)`.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub(crate) fn clearable_object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<Option<Option<T>>, Fault> {
        if matches!(self.fields.get(name), Some(Node::Text(text)) if text.is_empty()) {
            self.fields.remove(name);
            return Ok(Some(None));
        }
        Ok(self.object(name, read)?.map(Some))
    }

    /// The elements of a list, each an object read by `read`.
    ///
    /// # Errors
    /// It is no list of objects, or what `read` refuses, or a parameter that it did not read.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Self) -> Result<T, Fault>,
    ) -> Result<Option<Vec<T>>, Fault> {
        let Some(nodes) = self.elements(name)? else {
            return Ok(None);
        };
        let mut values = Vec::with_capacity(nodes.len());
        for (index, node) in nodes {
            let path = format!("{}[{index}]", self.path_of(name));
            match node {
                Node::Map(fields) => values.push(read_inner(fields, path, &mut read)?),
                Node::Text(_) | Node::List(_) => {
                    return Err(Fault::new(FaultKind::NotObject, path));
                }
            }
        }
        Ok(Some(values))
    }

    /// The elements of a list of texts, each of at most `max` characters and not blank.
    ///
    /// # Errors
    /// It is no list of such texts.
    pub(crate) fn texts(&mut self, name: &str, max: usize) -> Result<Option<Vec<String>>, Fault> {
        let Some(nodes) = self.elements(name)? else {
            return Ok(None);
        };
        let mut texts = Vec::with_capacity(nodes.len());
        for (index, node) in nodes {
            let path = format!("{}[{index}]", self.path_of(name));
            match node {
                Node::Text(text) if text.trim().is_empty() => {
                    return Err(Fault::new(FaultKind::Blank, path));
                }
                Node::Text(text) if text.chars().count() > max => {
                    let fault = Fault::new(FaultKind::TooLong, path);
                    return Err(fault.with_detail(max.to_string()));
                }
                Node::Text(text) => texts.push(text.to_string()),
                Node::Map(_) | Node::List(_) => return Err(Fault::new(FaultKind::NotText, path)),
            }
        }
        Ok(Some(texts))
    }

    /// A list, in the order of its numbers where the client numbered it (`a[0]`, `a[1]`).
    fn elements(&mut self, name: &str) -> Result<Option<Vec<(usize, Node)>>, Fault> {
        match self.fields.remove(name) {
            None => Ok(None),
            // A form has no other way to say "an empty list".
            Some(Node::Text(text)) if text.is_empty() => Ok(Some(Vec::new())),
            Some(Node::List(nodes)) => Ok(Some(nodes.into_iter().enumerate().collect())),
            Some(Node::Map(fields)) => {
                let numbered = fields.into_iter().map(|(key, node)| {
                    let index = key.parse().ok().filter(|index| *index < FIELDS_MAX);
                    index.map(|index: usize| (index, node))
                });
                let mut nodes: Vec<_> = numbered
                    .collect::<Option<_>>()
                    .ok_or_else(|| self.fault(FaultKind::NotList, name))?;
                nodes.sort_by_key(|(index, _)| *index);
                Ok(Some(nodes))
            }
            Some(Node::Text(_)) => Err(self.fault(FaultKind::NotList, name)),
        }
    }
}

fn read_inner<T>(
    fields: BTreeMap<String, Node>,
    path: String,
    read: impl FnOnce(&mut Form) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut inner = Form { fields, path };
    let value = read(&mut inner)?;
    inner.finish()?;
    Ok(value)
}

/// The name of the first single value under `node`, whose own name is `path`.
fn first_leaf(mut path: String, mut node: &Node) -> String {
    loop {
        let next = match node {
            Node::Text(_) => None,
            Node::Map(fields) => fields
                .iter()
                .next()
                .map(|(name, node)| (name.clone(), node)),
            Node::List(nodes) => nodes.first().map(|node| ("0".to_owned(), node)),
        };
        let Some((name, inner)) = next else {
            return path;
        };
        path = format!("{path}[{name}]");
        node = inner;
    }
}

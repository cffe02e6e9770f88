//! Notes what the readers of a request ask for, so that its documentation is what is really read.
//!
//! For tests alone: what is served takes no notes and has none of this in it. Notes are those of
//! the thread that began them. Says nothing of how a document spells them.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use super::metadata::{METADATA_KEY_MAX, METADATA_VALUE_MAX};
use super::{Fault, FaultKind, Form};

/// The longest key and value of `metadata`, in characters.
pub(crate) const METADATA_MAX: (usize, usize) = (METADATA_KEY_MAX, METADATA_VALUE_MAX);

/// What a reader asks of one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text; of at most so many characters.
    Text(Option<usize>),
    /// The same, and an empty one takes it away.
    ClearableText(usize),
    /// A text that is understood as this.
    Parsed(&'static str),
    /// The id of such an object.
    Id(String),
    /// A whole number.
    Integer(RangeInclusive<i64>),
    /// One of these words.
    Words(Vec<String>),
    /// An object with parameters of its own.
    Object,
    /// A list of such objects.
    Objects,
    /// A list of texts of at most so many characters each.
    Texts(usize),
    /// The merchant's own pairs.
    Metadata,
}

/// What one request was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Parameters by their full names, in the order in which they were asked for.
    pub(crate) asked: Vec<(String, Shape)>,
    /// How the reading ended; `None` when nothing was read.
    pub(crate) end: Option<Result<(), Fault>>,
    /// Stripe's name of the object that is answered, if it was said, and whether it is a list.
    pub(crate) answers: Option<(Option<&'static str>, bool)>,
}

thread_local! {
    static NOTES: RefCell<Option<Notes>> = const { RefCell::new(None) };
}

/// Takes notes from here on; [`finish`] ends that.
pub(crate) fn begin() {
    NOTES.set(Some(Notes::default()));
}

/// The notes since [`begin`].
pub(crate) fn finish() -> Notes {
    NOTES.take().unwrap()
}

fn note(write: impl FnOnce(&mut Notes)) {
    NOTES.with_borrow_mut(|notes| notes.as_mut().map(write));
}

/// Notes what a handler answers.
pub(crate) fn answers(object: Option<&'static str>, is_list: bool) {
    note(|notes| notes.answers = Some((object, is_list)));
}

/// Notes how the reading of a request ended. While notes are taken, no request goes further.
pub(super) fn ended<T>(read: Result<T, Fault>) -> Result<T, Fault> {
    let fault = read.as_ref().err().cloned();
    note(|notes| notes.end = Some(fault.map_or(Ok(()), Err)));
    if NOTES.with_borrow(Option::is_some) {
        return Err(Fault::of_body(FaultKind::TooLarge));
    }
    read
}

impl Form {
    /// Notes that `name` is asked for; what is said last of a parameter is what counts.
    pub(super) fn asks(&self, name: &str, shape: Shape) {
        let name = self.path_of(name);
        note(
            |notes| match notes.asked.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = shape,
                None => notes.asked.push((name, shape)),
            },
        );
    }
}

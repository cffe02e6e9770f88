//! Turns values into typed ones, collecting every mistake instead of stopping at the first.
//!
//! After a mistake a stand-in is answered, which never leaves this room: a configuration with a
//! mistake is not handed out. Knows nothing of any single key.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::layers::{Layers, Value};
use super::mistake::{Mistake, Place};

const UNSPECIFIED: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 0);

/// Reads keys one by one and remembers which.
pub(super) struct Reader {
    layers: Layers,
    read: BTreeSet<&'static str>,
}

impl Reader {
    pub(super) const fn new(layers: Layers) -> Self {
        Self {
            layers,
            read: BTreeSet::new(),
        }
    }

    /// All mistakes, and the keys that nobody has read.
    pub(super) fn finish(self) -> (Vec<Mistake>, Vec<String>) {
        let unread = self
            .layers
            .keys()
            .filter(|key| !self.read.contains(key))
            .map(str::to_owned)
            .collect();
        (self.layers.mistakes, unread)
    }

    fn value(&mut self, key: &'static str) -> Option<Value> {
        self.read.insert(key);
        self.layers.get(key).map(|(value, _)| value.clone())
    }

    fn place(&self, key: &str) -> Place {
        self.layers
            .get(key)
            .map_or(Place::Default, |(_, place)| place.clone())
    }

    /// Notes that `key` cannot be what it is.
    pub(super) fn refuse(&mut self, key: &'static str, expected: impl Into<String>) {
        let found = self
            .layers
            .get(key)
            .map_or_else(|| "missing".to_owned(), |(value, _)| value.show());
        self.refuse_hidden(key, found, expected);
    }

    /// Like [`Self::refuse`], for a value that must not be shown as it is.
    fn refuse_hidden(&mut self, key: &str, found: String, expected: impl Into<String>) {
        self.layers.mistakes.push(Mistake::Value {
            place: self.place(key),
            key: key.to_owned(),
            found,
            expected: expected.into(),
        });
    }

    /// Notes that `key` is wrong because of what another key is.
    pub(super) fn refuse_pair(
        &mut self,
        key: &'static str,
        expected: impl Into<String>,
        reason: &'static str,
    ) {
        let found = self.layers.get(key).map(|(value, _)| value.show());
        self.layers.mistakes.push(Mistake::Pair {
            place: self.place(key),
            key: key.to_owned(),
            found: found.unwrap_or_default(),
            expected: expected.into(),
            reason,
        });
    }

    /// A text as it stands.
    pub(super) fn text(&mut self, key: &'static str) -> String {
        match self.value(key) {
            Some(Value::Text(text)) => text,
            Some(Value::Number(_) | Value::Switch(_) | Value::Other(_)) | None => {
                self.refuse(key, "a text in quotes");
                String::new()
            }
        }
    }

    /// What `parse` makes of a text; `None` also for the empty one, which is always accepted.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        let parsed = parse(&text);
        if parsed.is_none() {
            self.refuse(key, format!("{expected}, or nothing"));
        }
        parsed
    }

    /// Like [`Self::optional`], for a text that may hold a password: only its scheme is ever shown.
    pub(super) fn optional_secret<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        let parsed = parse(&text);
        if parsed.is_none() {
            let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
            let found = format!("`{scheme}:` and more, not shown");
            self.refuse_hidden(key, found, format!("{expected}, or nothing"));
        }
        parsed
    }

    /// An address and a port to listen on.
    pub(super) fn address(&mut self, key: &'static str) -> SocketAddr {
        let text = self.text(key);
        text.parse().unwrap_or_else(|_| {
            self.refuse(key, "an address and a port, like 127.0.0.1:8080");
            UNSPECIFIED
        })
    }

    /// A path, `None` when nothing is written.
    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        let text = self.text(key);
        (!text.is_empty()).then(|| PathBuf::from(text))
    }

    /// One of the named things.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, names: &[(&str, T)]) -> Option<T> {
        let text = self.text(key);
        let found = names.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            let all: Vec<String> = names
                .iter()
                .map(|(name, _)| format!("\"{name}\""))
                .collect();
            self.refuse(key, format!("one of {}", all.join(", ")));
        }
        found.map(|(_, thing)| *thing)
    }

    /// On or off.
    pub(super) fn switch(&mut self, key: &'static str) -> bool {
        match self.value(key) {
            Some(Value::Switch(is_on)) => is_on,
            Some(Value::Text(_) | Value::Number(_) | Value::Other(_)) | None => {
                self.refuse(key, "true or false");
                false
            }
        }
    }

    /// A whole number within `bounds`; the number is made of the type that is wanted.
    pub(super) fn number<T: TryFrom<i64> + Default>(
        &mut self,
        key: &'static str,
        bounds: RangeInclusive<i64>,
    ) -> T {
        let value = match self.value(key) {
            Some(Value::Number(number)) if bounds.contains(&number) => T::try_from(number).ok(),
            Some(Value::Number(_) | Value::Text(_) | Value::Switch(_) | Value::Other(_)) | None => {
                None
            }
        };
        value.unwrap_or_else(|| {
            let (least, most) = bounds.into_inner();
            self.refuse(key, format!("a whole number from {least} to {most}"));
            T::default()
        })
    }

    /// A stretch of time in milliseconds.
    pub(super) fn millis(&mut self, key: &'static str, bounds: RangeInclusive<i64>) -> Duration {
        Duration::from_millis(self.number(key, bounds))
    }

    /// A stretch of time in units of so many seconds.
    pub(super) fn seconds_times(
        &mut self,
        key: &'static str,
        unit: u64,
        bounds: RangeInclusive<i64>,
    ) -> Duration {
        let units: u64 = self.number(key, bounds);
        Duration::from_secs(units.saturating_mul(unit))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn reader(text: &str) -> Reader {
        let mut layers = Layers::defaults();
        layers.lay_file(Path::new("e.toml"), text);
        Reader::new(layers)
    }

    fn said(reader: Reader) -> Vec<String> {
        reader.finish().0.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_reader_accepts_its_default() {
        let mut reader = reader("");
        assert_eq!(reader.address("listen").port(), 8080);
        assert_eq!(reader.path("data_dir"), Some("data".into()));
        assert_eq!(reader.path("store.url"), None);
        assert!(reader.switch("sandbox.enabled"));
        assert_eq!(reader.number::<u32>("rail.connections", 1..=9), 2);
        assert_eq!(
            reader.choice("log.format", &[("json", 1), ("text", 2)]),
            Some(2)
        );
        assert_eq!(
            reader.seconds_times("idempotency.keep_hours", 3600, 24..=99),
            Duration::from_secs(86_400)
        );
        assert_eq!(said(reader), Vec::<String>::new());
    }

    #[test]
    fn mistakes_are_collected_and_reading_goes_on() {
        let mut reader =
            reader("listen = \"here\"\n[log]\nformat = \"xml\"\n[rail]\nconnections = 0\n");
        reader.address("listen");
        assert_eq!(
            reader.choice("log.format", &[("json", 1), ("text", 2)]),
            None
        );
        assert_eq!(reader.number::<u32>("rail.connections", 1..=9), 0);
        assert_eq!(
            said(reader),
            [
                "e.toml:1: `listen` is \"here\", \
                 expected an address and a port, like 127.0.0.1:8080",
                "e.toml:3: `log.format` is \"xml\", expected one of \"json\", \"text\"",
                "e.toml:5: `rail.connections` is 0, expected a whole number from 1 to 9",
            ]
        );
    }

    #[test]
    fn a_value_that_may_hold_a_password_is_not_shown() {
        let mut reader = reader("[store]\nurl = \"mysql://me:hunter2@host/db\"\n");
        let read = reader.optional_secret("store.url", "`sqlite:` and a path", |_| None::<()>);
        assert_eq!(read, None);
        let said = said(reader);
        assert!(!said[0].contains("hunter2"), "{said:?}");
        assert!(said[0].contains("`mysql:`"), "{said:?}");
    }

    #[test]
    fn keys_that_nobody_reads_are_told() {
        let mut reader = reader("");
        reader.text("listen");
        let (_, unread) = reader.finish();
        assert!(!unread.contains(&"listen".to_owned()));
        assert!(unread.contains(&"log.level".to_owned()));
    }
}

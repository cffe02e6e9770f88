//! Lays file and environment over the defaults, and refuses what the default file does not know.
//!
//! The default file is the schema: its keys are the keys there are, its values give their kinds.
//! What a value must be beyond its kind is the business of the reader.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Place, nearest};

/// The whole configuration with its reasons, as it is when nothing is set.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// What every variable of the configuration begins with.
pub(super) const PREFIX: &str = "ENCAISSE_";

/// Names that the rule (`ENCAISSE_<SECTION>__<KEY>`) does not give, kept because they are short.
pub(super) const ALIASES: &[(&str, &str)] = &[("ENCAISSE_METRICS_LISTEN", "metrics.listen")];

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Switch(bool),
    /// A kind that no key has, by its name in TOML.
    Other(&'static str),
}

impl Value {
    /// What a key of this kind takes, in words.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text in quotes",
            Self::Number(_) => "a whole number",
            Self::Switch(_) => "true or false",
            Self::Other(_) => "nothing",
        }
    }

    const fn is_like(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Text(_), Self::Text(_))
                | (Self::Number(_), Self::Number(_))
                | (Self::Switch(_), Self::Switch(_))
        )
    }

    /// The value, as it would be written.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Number(number) => number.to_string(),
            Self::Switch(is_on) => is_on.to_string(),
            Self::Other(kind) => format!("a value of the kind {kind}"),
        }
    }
}

/// Every key with its value and where that was written.
pub(super) struct Layers {
    values: BTreeMap<String, (Value, Place)>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Layers {
    /// The defaults alone.
    pub(super) fn defaults() -> Self {
        let (entries, mistakes) = entries(DEFAULTS, |_| Place::Default);
        let values = entries
            .into_iter()
            .map(|(key, value, place)| (key, (value, place)))
            .collect();
        Self { values, mistakes }
    }

    /// The value of `key` and where it was written.
    pub(super) fn get(&self, key: &str) -> Option<&(Value, Place)> {
        self.values.get(key)
    }

    /// The keys there are.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Lays the text of a file over what is there.
    pub(super) fn lay_file(&mut self, path: &Path, text: &str) {
        let place = |line| Place::File(path.to_owned(), line);
        let (entries, mistakes) = entries(text, place);
        self.mistakes.extend(mistakes);
        for (key, value, place) in entries {
            self.lay(&key, value, place);
        }
    }

    /// Lays the variables that begin with [`PREFIX`] over what is there.
    pub(super) fn lay_variables(&mut self, variables: &[(OsString, OsString)]) {
        for (name, text) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let place = Place::Variable(name.to_owned());
            let Some((key, kind)) = self.key_of(name) else {
                self.unknown_variable(name);
                continue;
            };
            let value = text.to_str().and_then(|text| read_as(&kind, text));
            match value {
                Some(value) => self.lay(&key, value, place),
                None => self.mistakes.push(Mistake::Value {
                    place,
                    key,
                    found: format!("{:?}", text.to_string_lossy()),
                    expected: kind.kind().replace(" in quotes", ""),
                }),
            }
        }
    }

    fn key_of(&self, name: &str) -> Option<(String, Value)> {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let key = match alias {
            Some((_, key)) => (*key).to_owned(),
            None => name.strip_prefix(PREFIX)?.to_lowercase().replace("__", "."),
        };
        let (value, _) = self.values.get(&key)?;
        let is_exact = alias.is_some() || variable_of(&key) == name;
        is_exact.then(|| (key.clone(), value.clone()))
    }

    fn unknown_variable(&mut self, name: &str) {
        let known: Vec<String> = self.keys().map(variable_of).collect();
        let aliases = ALIASES.iter().map(|(alias, _)| *alias);
        let nearest = nearest(name, known.iter().map(String::as_str).chain(aliases));
        self.mistakes.push(Mistake::Unknown {
            place: Place::Variable(name.to_owned()),
            key: name.to_owned(),
            nearest,
        });
    }

    fn lay(&mut self, key: &str, value: Value, place: Place) {
        let Some((old, _)) = self.values.get(key) else {
            let nearest = nearest(key, self.keys());
            self.mistakes.push(Mistake::Unknown {
                place,
                key: key.to_owned(),
                nearest,
            });
            return;
        };
        if value.is_like(old) {
            self.values.insert(key.to_owned(), (value, place));
            return;
        }
        self.mistakes.push(Mistake::Value {
            place,
            key: key.to_owned(),
            found: value.show(),
            expected: old.kind().to_owned(),
        });
    }
}

/// The variable that sets `key`.
pub(super) fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

fn read_as(kind: &Value, text: &str) -> Option<Value> {
    match kind {
        Value::Text(_) => Some(Value::Text(text.to_owned())),
        Value::Number(_) => text.parse().ok().map(Value::Number),
        Value::Switch(_) => text.parse().ok().map(Value::Switch),
        Value::Other(_) => None,
    }
}

type Entries = Vec<(String, Value, Place)>;

/// The keys of a TOML text, with the sections before them, and all that is wrong with the text.
fn entries(text: &str, place: impl Fn(usize) -> Place) -> (Entries, Vec<Mistake>) {
    let line_at = |offset: usize| {
        let before = text.get(..offset).unwrap_or(text);
        place(before.matches('\n').count() + 1)
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mistakes = errors.iter().map(|error| Mistake::Syntax {
        place: line_at(error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    });
    let mut entries = Vec::new();
    flatten("", table.get_ref(), &line_at, &mut entries);
    (entries, mistakes.collect())
}

fn flatten(
    section: &str,
    table: &DeTable<'_>,
    line_at: &impl Fn(usize) -> Place,
    entries: &mut Entries,
) {
    for (name, value) in table {
        let key = match section {
            "" => name.get_ref().to_string(),
            _ => format!("{section}.{}", name.get_ref()),
        };
        let value: &Spanned<DeValue<'_>> = value;
        let kind = value.get_ref().type_str();
        let read = match value.get_ref() {
            DeValue::Table(inner) => {
                flatten(&key, inner, line_at, entries);
                continue;
            }
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(is_on) => Value::Switch(*is_on),
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .map_or(Value::Other("number beyond 64 bits"), Value::Number),
            DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) => Value::Other(kind),
        };
        entries.push((key, read, line_at(name.span().start)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(text: &str) -> Layers {
        let mut layers = Layers::defaults();
        layers.lay_file(Path::new("e.toml"), text);
        layers
    }

    fn said(layers: &Layers) -> Vec<String> {
        layers.mistakes.iter().map(ToString::to_string).collect()
    }

    fn with_variables(pairs: &[(&str, &str)]) -> Layers {
        let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.into(), v.into())).collect();
        let mut layers = Layers::defaults();
        layers.lay_variables(&pairs);
        layers
    }

    #[test]
    fn the_default_file_has_no_mistakes() {
        let layers = Layers::defaults();
        assert_eq!(layers.mistakes, []);
        let others = layers
            .values
            .values()
            .filter(|(value, _)| matches!(value, Value::Other(_)));
        assert_eq!(others.count(), 0);
    }

    #[test]
    fn a_file_lies_over_the_defaults_with_its_lines() {
        let layers = laid("\n[rail]\nconnections = 3\n");
        assert_eq!(layers.mistakes, []);
        let expect = (Value::Number(3), Place::File("e.toml".into(), 3));
        assert_eq!(layers.get("rail.connections"), Some(&expect));
    }

    #[test]
    fn a_key_that_does_not_exist_is_named_with_the_nearest() {
        let layers = laid("lisen = \"x\"\n[rail]\nanswer_timeout = 1\n");
        assert_eq!(
            said(&layers),
            [
                "e.toml:1: there is no key `lisen`; did you mean `listen`?",
                "e.toml:3: there is no key `rail.answer_timeout`; \
                 did you mean `rail.answer_timeout_ms`?",
            ]
        );
    }

    #[test]
    fn a_value_of_another_kind_is_named() {
        let layers =
            laid("listen = 80\n[rail]\nconnections = \"2\"\n[sandbox]\nenabled = [true]\n");
        assert_eq!(
            said(&layers),
            [
                "e.toml:1: `listen` is 80, expected a text in quotes",
                "e.toml:3: `rail.connections` is \"2\", expected a whole number",
                "e.toml:5: `sandbox.enabled` is a value of the kind array, expected true or false",
            ]
        );
    }

    #[test]
    fn text_that_is_no_toml_is_named_with_its_line_and_the_rest_is_still_read() {
        let layers = laid("listen = \n[rail]\nconections = 2\n");
        let said = said(&layers);
        assert!(said[0].starts_with("e.toml:1: "), "{said:?}");
        assert!(
            said.iter().any(|text| text.contains("conections")),
            "{said:?}"
        );
    }

    #[test]
    fn variables_set_keys_of_every_depth() {
        let layers = with_variables(&[
            ("ENCAISSE_LISTEN", "0.0.0.0:80"),
            ("ENCAISSE_STORE__READERS", "8"),
            ("ENCAISSE_ACQUIRER__LIVE__TLS", "false"),
            ("PATH", "/bin"),
        ]);
        assert_eq!(layers.mistakes, []);
        let value = |key| layers.get(key).map(|(value, _)| value.clone());
        assert_eq!(value("listen"), Some(Value::Text("0.0.0.0:80".into())));
        assert_eq!(value("store.readers"), Some(Value::Number(8)));
        assert_eq!(value("acquirer.live.tls"), Some(Value::Switch(false)));
    }

    #[test]
    fn the_short_name_of_the_metrics_address_works() {
        for name in ["ENCAISSE_METRICS_LISTEN", "ENCAISSE_METRICS__LISTEN"] {
            let layers = with_variables(&[(name, "127.0.0.1:9090")]);
            assert_eq!(layers.mistakes, [], "{name}");
            let expect = (
                Value::Text("127.0.0.1:9090".into()),
                Place::Variable(name.into()),
            );
            assert_eq!(layers.get("metrics.listen"), Some(&expect));
        }
    }

    #[test]
    fn a_variable_that_does_not_exist_is_named_with_the_nearest() {
        let layers = with_variables(&[
            ("ENCAISSE_LISTN", "x"),
            ("ENCAISSE_STORE_URL", "x"),
            ("ENCAISSE_Listen", "x"),
        ]);
        assert_eq!(
            said(&layers),
            [
                "ENCAISSE_LISTN: there is no key `ENCAISSE_LISTN`; did you mean `ENCAISSE_LISTEN`?",
                "ENCAISSE_STORE_URL: there is no key `ENCAISSE_STORE_URL`; \
                 did you mean `ENCAISSE_STORE__URL`?",
                "ENCAISSE_Listen: there is no key `ENCAISSE_Listen`; \
                 did you mean `ENCAISSE_LISTEN`?",
            ]
        );
    }

    #[test]
    fn a_variable_of_another_kind_is_named() {
        let layers = with_variables(&[
            ("ENCAISSE_RAIL__CONNECTIONS", "two"),
            ("ENCAISSE_SANDBOX__ENABLED", "yes"),
        ]);
        assert_eq!(
            said(&layers),
            [
                "ENCAISSE_RAIL__CONNECTIONS: `rail.connections` is \"two\", \
                 expected a whole number",
                "ENCAISSE_SANDBOX__ENABLED: `sandbox.enabled` is \"yes\", expected true or false",
            ]
        );
    }
}

//! Stripe's search query language, read into the engine's query.
//!
//! `clause AND clause`, `clause OR clause`, and two clauses beside each other mean both. A clause
//! is `field:"text"`, `field~"part"`, `field>7` or `field:null`, and is negated by `-` before it.
//! Pure. A refusal never repeats what was asked for, which may be anything, a card number too.

use std::fmt;

use domain::CustomerId;
use engine::search::{Clause, Comparison, Field, Join, Query, Test};

/// Clauses of one query, as with Stripe.
const CLAUSES_MAX: usize = 10;

/// The shortest part of a text that can be looked for, in characters, as with Stripe.
const PART_MIN: usize = 3;

/// What can be asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Whether it is the same.
    Token,
    /// Whether it is the same, or has a part.
    Text,
    /// How it compares.
    Number,
}

/// The fields of one kind of object; metadata always is one.
pub(crate) type Fields = &'static [(&'static str, Field, Sort)];

/// What payments can be searched by.
pub(crate) const PAYMENTS: Fields = &[
    ("amount", Field::Amount, Sort::Number),
    ("created", Field::Created, Sort::Number),
    ("currency", Field::Currency, Sort::Token),
    ("customer", Field::Customer, Sort::Token),
    ("status", Field::Status, Sort::Token),
];

/// What customers can be searched by.
pub(crate) const CUSTOMERS: Fields = &[
    ("created", Field::Created, Sort::Number),
    ("email", Field::Email, Sort::Text),
    ("name", Field::Name, Sort::Text),
    ("phone", Field::Phone, Sort::Text),
];

/// Why a query cannot be understood, and at which of its characters, counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unclear {
    why: Why,
    at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    FieldUnknown(Fields),
    KeyMissing,
    OperatorMissing,
    OnlySame,
    OnlySameOrPart,
    NoPart,
    NumberMissing,
    ValueMissing,
    QuoteOpen,
    PartShort,
    CustomerMalformed,
    SpaceMissing,
    ClauseMissing,
    Mixed,
    ClausesMany,
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.why {
            Why::FieldUnknown(fields) => {
                let names = fields.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
                let names = names.join(", ");
                return write!(
                    f,
                    "a field is expected at character {}: {names}, or metadata[\"key\"]",
                    self.at
                );
            }
            Why::KeyMissing => "metadata needs its key, as in metadata[\"key\"],",
            Why::OperatorMissing => "one of : ~ > < >= <= is expected",
            Why::OnlySame => "this field can be compared by : only",
            Why::OnlySameOrPart => "this field can be compared by : and ~ only",
            Why::NoPart => "a number cannot be compared by ~",
            Why::NumberMissing => "a whole number is expected",
            Why::ValueMissing => "a value is expected, a text in quotation marks",
            Why::QuoteOpen => "the quotation mark is never closed that stands",
            Why::PartShort => "a part must have at least three characters",
            Why::CustomerMalformed => "the id of a customer is expected",
            Why::SpaceMissing => "a space is expected",
            Why::ClauseMissing => "another clause is expected",
            Why::Mixed => "AND and OR cannot both be used",
            Why::ClausesMany => "ten clauses are the most",
        };
        write!(f, "{text} at character {}", self.at)
    }
}

/// Reads a query in the fields of `fields`.
///
/// # Errors
/// The first thing that cannot be understood.
pub(crate) fn parse(text: &str, fields: Fields) -> Result<Query, Unclear> {
    let mut reader = Reader { text, rest: text };
    let (mut clauses, mut join) = (Vec::new(), None);
    reader.skip_spaces();
    loop {
        if clauses.len() == CLAUSES_MAX {
            return Err(reader.unclear(Why::ClausesMany));
        }
        clauses.push(reader.clause(fields)?);
        let had_space = reader.skip_spaces();
        if reader.rest.is_empty() {
            break;
        }
        if !had_space {
            return Err(reader.unclear(Why::SpaceMissing));
        }
        let start = reader.rest;
        let said = reader.join()?;
        if *join.get_or_insert(said) != said {
            reader.rest = start;
            return Err(reader.unclear(Why::Mixed));
        }
    }
    Ok(Query {
        join: join.unwrap_or(Join::All),
        clauses,
    })
}

/// What of a query is not read yet.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// A fault at the next character.
    fn unclear(&self, why: Why) -> Unclear {
        let rest = self.rest.chars().count();
        let at = self.text.chars().count().saturating_sub(rest);
        Unclear {
            why,
            at: at.saturating_add(1),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_spaces(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let is_shorter = rest.len() < self.rest.len();
        self.rest = rest;
        is_shorter
    }

    /// Everything up to the first character that is not `wanted`.
    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|char| !wanted(char));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// How the clause before belongs to the one that follows.
    fn join(&mut self) -> Result<Join, Unclear> {
        let start = self.rest;
        let word = self.take_while(|char| !char.is_whitespace());
        let join = match word.to_ascii_uppercase().as_str() {
            "AND" => Join::All,
            "OR" => Join::Any,
            _ => {
                self.rest = start;
                return Ok(Join::All);
            }
        };
        self.skip_spaces();
        if self.rest.is_empty() {
            return Err(self.unclear(Why::ClauseMissing));
        }
        Ok(join)
    }

    fn clause(&mut self, fields: Fields) -> Result<Clause, Unclear> {
        let is_negated = self.take("-");
        let (field, sort) = self.field(fields)?;
        let test = match sort {
            Sort::Number => self.number()?,
            Sort::Token | Sort::Text => self.word(sort)?,
        };
        if let (Field::Customer, Test::Is(id)) = (&field, &test)
            && CustomerId::parse(id).is_none()
        {
            return Err(self.unclear(Why::CustomerMalformed));
        }
        Ok(Clause {
            is_negated,
            field,
            test,
        })
    }

    fn field(&mut self, fields: Fields) -> Result<(Field, Sort), Unclear> {
        let start = self.rest;
        let name = self.take_while(|char| char.is_ascii_alphanumeric() || "._".contains(char));
        if name == "metadata" {
            let is_open = self.take("[");
            let key = if is_open { self.quoted()? } else { None };
            let key = key.filter(|_| self.take("]"));
            let key = key.ok_or_else(|| self.unclear(Why::KeyMissing))?;
            return Ok((Field::Metadata(key), Sort::Token));
        }
        let known = fields.iter().find(|(known, ..)| *known == name);
        let Some((_, field, sort)) = known else {
            self.rest = start;
            return Err(self.unclear(Why::FieldUnknown(fields)));
        };
        Ok((field.clone(), *sort))
    }

    fn number(&mut self) -> Result<Test, Unclear> {
        let comparison = [
            (":", Comparison::Exactly),
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Above),
            ("<", Comparison::Below),
        ];
        if self.rest.starts_with('~') {
            return Err(self.unclear(Why::NoPart));
        }
        let found = comparison.iter().find(|(sign, _)| self.take(sign));
        let (_, comparison) = found.ok_or_else(|| self.unclear(Why::OperatorMissing))?;
        let start = self.rest;
        let digits = match self.quoted()? {
            Some(quoted) => quoted,
            None => self.bare().to_owned(),
        };
        let is_plain = digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
        match digits.parse() {
            Ok(number) if is_plain => Ok(Test::Number(*comparison, number)),
            Ok(_) | Err(_) => {
                self.rest = start;
                Err(self.unclear(Why::NumberMissing))
            }
        }
    }

    fn word(&mut self, sort: Sort) -> Result<Test, Unclear> {
        let is_part = match self.rest.chars().next() {
            Some(':') => false,
            Some('~') if sort == Sort::Text => true,
            Some('~' | '<' | '>') if sort == Sort::Token => {
                return Err(self.unclear(Why::OnlySame));
            }
            Some('<' | '>') => return Err(self.unclear(Why::OnlySameOrPart)),
            Some(_) | None => return Err(self.unclear(Why::OperatorMissing)),
        };
        self.take(if is_part { "~" } else { ":" });
        let start = self.rest;
        if let Some(text) = self.quoted()? {
            let is_short = is_part && text.chars().count() < PART_MIN;
            if is_short {
                self.rest = start;
                return Err(self.unclear(Why::PartShort));
            }
            return Ok(if is_part {
                Test::Contains(text)
            } else {
                Test::Is(text)
            });
        }
        let word = self.bare();
        if word.eq_ignore_ascii_case("null") && !is_part {
            Ok(Test::Absent)
        } else if word.is_empty() || is_part {
            self.rest = start;
            Err(self.unclear(Why::ValueMissing))
        } else {
            Ok(Test::Is(word.to_owned()))
        }
    }

    /// A word that needs no quotation marks.
    fn bare(&mut self) -> &'a str {
        self.take_while(|char| char.is_ascii_alphanumeric() || "_-.".contains(char))
    }

    /// A text in quotation marks of either sort, in which a backslash takes its meaning from the
    /// next character.
    fn quoted(&mut self) -> Result<Option<String>, Unclear> {
        let mut chars = self.rest.chars();
        let Some(mark @ ('"' | '\'')) = chars.next() else {
            return Ok(None);
        };
        let mut text = String::new();
        while let Some(char) = chars.next() {
            if char == mark {
                self.rest = chars.as_str();
                return Ok(Some(text));
            }
            match char {
                '\\' => text.extend(chars.next()),
                other => text.push(other),
            }
        }
        Err(self.unclear(Why::QuoteOpen))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADA: &str = "cus_0000000000000000000001";

    fn clause(field: Field, test: Test) -> Clause {
        Clause {
            is_negated: false,
            field,
            test,
        }
    }

    fn is(text: &str) -> Test {
        Test::Is(text.to_owned())
    }

    fn check(text: &str, join: Join, clauses: &[Clause]) {
        let expect = Query {
            join,
            clauses: clauses.to_vec(),
        };
        assert_eq!(parse(text, PAYMENTS), Ok(expect), "{text}");
    }

    fn check_one(text: &str, field: Field, test: Test) {
        check(text, Join::All, &[clause(field, test)]);
    }

    fn refused(text: &str, fields: Fields) -> String {
        parse(text, fields).unwrap_err().to_string()
    }

    #[test]
    fn every_operator_reads() {
        let amount = |comparison| Test::Number(comparison, 1_000);
        check_one("amount:1000", Field::Amount, amount(Comparison::Exactly));
        check_one("amount>1000", Field::Amount, amount(Comparison::Above));
        check_one("amount<1000", Field::Amount, amount(Comparison::Below));
        check_one("amount>=1000", Field::Amount, amount(Comparison::AtLeast));
        check_one("amount<='1000'", Field::Amount, amount(Comparison::AtMost));
        check_one(
            "created:-1",
            Field::Created,
            Test::Number(Comparison::Exactly, -1),
        );
        check_one("status:\"succeeded\"", Field::Status, is("succeeded"));
        check_one("status:succeeded", Field::Status, is("succeeded"));
        check_one("customer:NULL", Field::Customer, Test::Absent);
        check_one(&format!("customer:'{ADA}'"), Field::Customer, is(ADA));
        let part = clause(Field::Email, Test::Contains("ada".into()));
        assert_eq!(parse("email~\"ada\"", CUSTOMERS).unwrap().clauses, [part]);
    }

    #[test]
    fn quoted_texts_may_hold_anything() {
        let order = || Field::Metadata("the \"order\"".into());
        check_one(
            r#"metadata["the \"order\""]:"a\\b 'c' AND é""#,
            order(),
            is(r"a\b 'c' AND é"),
        );
        check_one(r#"metadata['the "order"']:'a\'b'"#, order(), is("a'b"));
        check_one(
            r#"metadata["null"]:"null""#,
            Field::Metadata("null".into()),
            is("null"),
        );
        check_one(r#"metadata["k"]:"""#, Field::Metadata("k".into()), is(""));
        check_one(
            r#"metadata["k"]:null"#,
            Field::Metadata("k".into()),
            Test::Absent,
        );
    }

    #[test]
    fn clauses_join_by_and_by_or_or_by_nothing() {
        let paid = || clause(Field::Status, is("succeeded"));
        let euros = || clause(Field::Currency, is("eur"));
        for text in [
            "status:'succeeded' currency:'eur'",
            "status:'succeeded' AND currency:'eur'",
            "  status:'succeeded'  and  currency:'eur'  ",
        ] {
            check(text, Join::All, &[paid(), euros()]);
        }
        check(
            "status:succeeded OR currency:eur",
            Join::Any,
            &[paid(), euros()],
        );
        let negated = Clause {
            is_negated: true,
            ..paid()
        };
        check(
            "-status:succeeded currency:eur",
            Join::All,
            &[negated, euros()],
        );
    }

    #[test]
    fn what_cannot_be_understood_is_named_with_its_place() {
        for (text, expect) in [
            ("", "a field is expected at character 1: amount, created"),
            ("email:'a'", "a field is expected at character 1"),
            ("- status:'a'", "a field is expected at character 2"),
            (
                "metadata:'a'",
                "metadata needs its key, as in metadata[\"key\"], at character 9",
            ),
            ("metadata[k]:'a'", "metadata needs its key"),
            ("metadata['k':'a'", "metadata needs its key"),
            ("status", "one of : ~ > < >= <= is expected at character 7"),
            ("status='a'", "one of : ~ > < >= <= is expected"),
            ("status~'abc'", "compared by : only at character 7"),
            ("metadata['k']>'1'", "compared by : only"),
            ("amount~'123'", "a number cannot be compared by ~"),
            ("amount:null", "a whole number is expected at character 8"),
            ("amount>1.5", "a whole number is expected"),
            ("amount>99999999999999999999", "a whole number is expected"),
            (
                "status:",
                "a value is expected, a text in quotation marks at character 8",
            ),
            (
                "status:'a",
                "the quotation mark is never closed that stands at character 8",
            ),
            ("customer:'cus_1'", "the id of a customer is expected"),
            (
                "status:'a'currency:'b'",
                "a space is expected at character 11",
            ),
            ("status:a AND", "another clause is expected at character 13"),
            ("status:a OR ", "another clause is expected"),
            (
                "status:a OR OR status:b",
                "a field is expected at character 13",
            ),
            ("(status:a)", "a field is expected at character 1"),
            (
                "status:a AND status:b OR status:c",
                "AND and OR cannot both be used at character 23",
            ),
            (
                "status:a status:b OR status:c",
                "AND and OR cannot both be used",
            ),
        ] {
            let said = refused(text, PAYMENTS);
            assert!(said.contains(expect), "{text}: {said}");
        }
        for (text, expect) in [
            ("email~'ab'", "at least three characters at character 7"),
            ("email~abc", "a value is expected"),
            ("email>'a'", "compared by : and ~ only"),
            ("amount:1", "created, email, name, phone, or metadata"),
        ] {
            let said = refused(text, CUSTOMERS);
            assert!(said.contains(expect), "{text}: {said}");
        }
        let many = "status:a ".repeat(11);
        assert!(refused(&many, PAYMENTS).contains("ten clauses are the most at character 91"));
        assert!(parse(&"status:a ".repeat(10), PAYMENTS).is_ok());
    }

    #[test]
    fn a_refusal_never_repeats_what_was_asked_for() {
        let number = "4242424242424242";
        for text in [
            format!("{number}:'a'"),
            format!("status:'{number}"),
            format!("customer:'{number}'"),
            format!("amount:{number}{number}"),
        ] {
            assert!(!refused(&text, PAYMENTS).contains("4242"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text: String) {
            let _ = parse(&text, PAYMENTS);
        }

        #[test]
        fn no_text_like_a_query_makes_the_reader_panic(
            text in concat!(
                "(-?(amount|status|metadata)(\\[?[\"']?k?[\"']?\\]?)",
                "[:~<>=]{0,2}[\"'\\\\a1é]{0,4} ?(AND|OR)? ?){0,4}"
            )
        ) {
            let _ = parse(&text, PAYMENTS);
        }

        #[test]
        fn every_text_reads_back_from_its_quotes(value: String) {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
            let query = parse(&format!("metadata[\"k\"]:\"{escaped}\""), PAYMENTS).unwrap();
            prop_assert_eq!(&query.clauses[0].test, &Test::Is(value));
        }
    }
}

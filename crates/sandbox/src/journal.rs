//! The host's own record: one line per message, written before the message is answered.
//!
//! It is what the host starts from after it was killed, and what a test compares the product's
//! ledger with. A line is `name=value` pairs between tabs; `docs/reference/sandbox.md` lists them.
//! Card numbers are masked, security codes are not there at all, and neither is the time.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use iso8583::Mti;

use crate::answer::Answer;
use crate::books::{Books, Standing};
use crate::config::Place;
use crate::fault::Fault;
use crate::key::Key;
use crate::request::Kind;

/// What a message did to the books.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// An authorisation, purchase or refund counts from now on.
    Approved,
    /// An authorisation, purchase or refund was refused; its identity is used up.
    Declined,
    /// Reserved money was taken.
    Captured,
    /// A transaction was undone.
    Reversed,
    /// A reversal came before its original, which will be refused.
    Remembered,
    /// Looked at and refused; nothing is booked.
    Refused,
    /// A repeat, or nothing to undo: answered as before, nothing is booked.
    Unchanged,
    /// Answered without being looked at; the same message may succeed later.
    Rejected,
    /// About the connection, not about money.
    Network,
    /// Received and thrown away by a fault.
    Lost,
}

const EFFECTS: [(Effect, &str); 10] = [
    (Effect::Approved, "approved"),
    (Effect::Declined, "declined"),
    (Effect::Captured, "captured"),
    (Effect::Reversed, "reversed"),
    (Effect::Remembered, "remembered"),
    (Effect::Refused, "refused"),
    (Effect::Unchanged, "unchanged"),
    (Effect::Rejected, "rejected"),
    (Effect::Network, "network"),
    (Effect::Lost, "lost"),
];

impl Effect {
    /// Its name in a line.
    pub fn name(self) -> &'static str {
        EFFECTS
            .iter()
            .find(|(effect, _)| *effect == self)
            .map_or("", |(_, name)| name)
    }

    fn from_name(name: &str) -> Option<Effect> {
        EFFECTS
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(effect, _)| *effect)
    }
}

/// One message and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What kind of message it was.
    pub kind: Kind,
    /// Its type.
    pub mti: Mti,
    /// Its identity.
    pub key: Key,
    /// The merchant (field 42).
    pub merchant: String,
    /// The retrieval reference number (field 37).
    pub rrn: String,
    /// The card number's first six and last four digits; empty without a card.
    pub pan: String,
    /// The name of the test card, `other` for another one that is taken; empty without either.
    pub card: String,
    /// What was booked or, when nothing was, asked for, in minor units.
    pub amount_minor: u64,
    /// The currency, as field 49 said it.
    pub currency: String,
    /// The transaction that it refers to.
    pub original: Option<Key>,
    /// What it did to the books.
    pub effect: Effect,
    /// What was answered; `None` when nothing was decided.
    pub answer: Option<Answer>,
    /// The reference of the challenge that was asked for; usually empty.
    pub challenge: Option<String>,
    /// What went wrong on purpose.
    pub fault: Option<Fault>,
}

/// The names of a line's values, in their order.
const NAMES: [&str; 18] = [
    "kind",
    "mti",
    "terminal",
    "transmitted",
    "stan",
    "merchant",
    "rrn",
    "pan",
    "card",
    "amount_minor",
    "currency",
    "original_transmitted",
    "original_stan",
    "original_terminal",
    "effect",
    "answer",
    "challenge",
    "fault",
];

impl Entry {
    /// Appends the entry as one line. Values come from checked fields, so they hold no tab.
    fn write_line(&self, line: &mut String) -> std::fmt::Result {
        let Entry {
            kind,
            mti,
            key,
            merchant,
            rrn,
            pan,
            card,
            amount_minor,
            currency,
            ..
        } = self;
        write!(
            line,
            "kind={}\tmti={mti}\tterminal={}\ttransmitted={}\tstan={}\t",
            kind.name(),
            key.terminal(),
            key.transmitted(),
            key.stan(),
        )?;
        write!(
            line,
            "merchant={merchant}\trrn={rrn}\tpan={pan}\tcard={card}\t"
        )?;
        write!(line, "amount_minor={amount_minor}\tcurrency={currency}")?;
        if let Some(original) = &self.original {
            let (transmitted, stan) = (original.transmitted(), original.stan());
            write!(
                line,
                "\toriginal_transmitted={transmitted}\toriginal_stan={stan}"
            )?;
            write!(line, "\toriginal_terminal={}", original.terminal())?;
        }
        write!(line, "\teffect={}", self.effect.name())?;
        if let Some(answer) = self.answer {
            write!(line, "\tanswer={}", answer.name())?;
        }
        if let Some(challenge) = &self.challenge {
            write!(line, "\tchallenge={challenge}")?;
        }
        if let Some(fault) = self.fault {
            write!(line, "\tfault={}", fault.name())?;
        }
        line.push('\n');
        Ok(())
    }

    /// Reads one line, without its end.
    fn parse(line: &str) -> Option<Entry> {
        let pairs: Vec<(&str, &str)> = line
            .split('\t')
            .map(|pair| pair.split_once('='))
            .collect::<Option<_>>()?;
        if pairs.iter().any(|(name, _)| !NAMES.contains(name)) {
            return None;
        }
        let find = |wanted| {
            pairs
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| *value)
        };
        let owned = |wanted| find(wanted).map(ToOwned::to_owned);
        let key = |terminal, transmitted, stan| {
            Key::new(
                find(terminal)?,
                find(transmitted)?.parse().ok()?,
                find(stan)?.parse().ok()?,
            )
        };
        let named = |wanted| find(wanted).map(Some).unwrap_or_default();
        let original = match named("original_stan") {
            Some(_) => Some(key(
                "original_terminal",
                "original_transmitted",
                "original_stan",
            )?),
            None => None,
        };
        let answer = match named("answer") {
            Some(name) => Some(Answer::from_name(name)?),
            None => None,
        };
        let fault = match named("fault") {
            Some(name) => Some(Fault::from_name(name)?),
            None => None,
        };
        Some(Entry {
            kind: Kind::from_name(find("kind")?)?,
            mti: Mti::from_digits(find("mti")?.as_bytes().try_into().ok()?)?,
            key: key("terminal", "transmitted", "stan")?,
            merchant: owned("merchant")?,
            rrn: owned("rrn")?,
            pan: owned("pan")?,
            card: owned("card")?,
            amount_minor: find("amount_minor")?.parse().ok()?,
            currency: owned("currency")?,
            original,
            effect: Effect::from_name(find("effect")?)?,
            answer,
            challenge: owned("challenge"),
            fault,
        })
    }
}

/// A journal that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the sandbox journal cannot be used: {0}")]
    File(#[from] io::Error),
    /// A line is not what the host writes.
    #[error("line {0} of the sandbox journal is damaged")]
    Damaged(usize),
}

/// The journal of a running host.
#[derive(Debug)]
pub struct Journal {
    store: Store,
    /// Lines that are not written yet.
    waiting: String,
    /// A write has failed, perhaps in the middle of a line.
    broken: bool,
}

#[derive(Debug)]
enum Store {
    Memory(Vec<Entry>),
    File { file: File, sync: bool },
}

impl Journal {
    /// Reads all entries of a journal file. A last line without its end was never answered and is
    /// left out.
    ///
    /// # Errors
    /// The file cannot be read, or a line is damaged.
    pub fn read(path: &Path) -> Result<Vec<Entry>, JournalError> {
        Ok(read_whole_lines(&mut File::open(path)?)?.0)
    }

    /// Opens or makes the journal and returns what it holds.
    pub(crate) fn open(place: &Place) -> Result<(Journal, Vec<Entry>), JournalError> {
        let Place::File { path, sync } = place else {
            let store = Store::Memory(Vec::new());
            return Ok((
                Journal {
                    store,
                    waiting: String::new(),
                    broken: false,
                },
                Vec::new(),
            ));
        };
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        let (entries, whole_bytes) = read_whole_lines(&mut file)?;
        file.set_len(whole_bytes)?;
        let store = Store::File { file, sync: *sync };
        Ok((
            Journal {
                store,
                waiting: String::new(),
                broken: false,
            },
            entries,
        ))
    }

    /// Adds an entry; it is written by the next [`Journal::commit`].
    pub(crate) fn add(&mut self, entry: Entry) {
        match &mut self.store {
            Store::Memory(entries) => entries.push(entry),
            // Writing to a string cannot fail.
            Store::File { .. } => entry.write_line(&mut self.waiting).unwrap_or_default(),
        }
    }

    /// Gives all added entries to the operating system, in one write. Nothing may be answered
    /// before. After a write that failed there is no other: the file ends in half a line, and only
    /// a restart can tell what is known.
    pub(crate) fn commit(&mut self) -> io::Result<()> {
        let Store::File { file, sync } = &mut self.store else {
            return Ok(());
        };
        if self.broken {
            return Err(io::Error::other("an earlier write has failed"));
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.broken = true;
        file.write_all(self.waiting.as_bytes())?;
        if *sync {
            file.sync_data()?;
        }
        self.broken = false;
        self.waiting.clear();
        Ok(())
    }

    /// The entries of a journal in memory; none for a file, which [`Journal::read`] reads.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.store {
            Store::Memory(entries) => entries,
            Store::File { .. } => &[],
        }
    }
}

/// Reads all lines that end, and the bytes that they take.
fn read_whole_lines(file: &mut File) -> Result<(Vec<Entry>, u64), JournalError> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let end = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |place| place + 1);
    text.truncate(end);
    let lines = text
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.is_empty());
    let entries = lines
        .enumerate()
        .map(|(index, line)| {
            let entry = std::str::from_utf8(line).ok().and_then(Entry::parse);
            entry.ok_or(JournalError::Damaged(index + 1))
        })
        .collect::<Result<_, _>>()?;
    Ok((entries, u64::try_from(end).unwrap_or(u64::MAX)))
}

/// How every transaction of a journal stands, in the order in which they came: what a ledger must
/// agree with.
pub fn summary(entries: &[Entry]) -> Vec<Standing> {
    let mut books = Books::default();
    entries.iter().for_each(|entry| books.apply(entry));
    books.into_standings()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            kind: Kind::Capture,
            mti: Mti::FINANCIAL_ADVICE.repeat(),
            key: Key::new("T 1", 1_122_123_456, 7).unwrap(),
            merchant: "A=B".to_owned(),
            rrn: String::new(),
            pan: "424242******4242".to_owned(),
            card: "visa".to_owned(),
            amount_minor: u64::MAX,
            currency: "978".to_owned(),
            original: Key::new("T 1", 1, 2),
            effect: Effect::Unchanged,
            answer: Some(Answer::InvalidAmount),
            challenge: Some("ch1".to_owned()),
            fault: Some(Fault::Cut),
        }
    }

    fn line(entry: &Entry) -> String {
        let mut line = String::new();
        entry.write_line(&mut line).unwrap();
        line
    }

    #[test]
    fn a_line_reads_back_as_the_entry_it_was() {
        let full = entry();
        let bare = Entry {
            original: None,
            answer: None,
            challenge: None,
            fault: None,
            ..entry()
        };
        for entry in [full, bare] {
            let text = line(&entry);
            let whole = text.strip_suffix('\n').unwrap();
            assert!(!whole.contains('\n'));
            assert_eq!(Entry::parse(whole), Some(entry));
        }
    }

    #[test]
    fn a_line_that_lacks_something_is_damaged() {
        let text = line(&entry());
        let pairs: Vec<&str> = text.trim_end().split('\t').collect();
        let optional = ["answer", "challenge", "fault", "original_stan"];
        for (place, pair) in pairs.iter().enumerate() {
            let (name, _) = pair.split_once('=').unwrap();
            let mut without = pairs.clone();
            without.remove(place);
            let parsed = Entry::parse(&without.join("\t"));
            assert_eq!(parsed.is_some(), optional.contains(&name), "without {name}");
        }
        assert_eq!(
            Entry::parse(&format!("{}\tcolour=red", text.trim_end())),
            None
        );
        assert_eq!(Entry::parse(""), None);
    }

    #[test]
    fn after_a_failed_write_there_is_no_other() {
        // The device on which every write finds the disk full.
        let Ok(file) = OpenOptions::new().write(true).open("/dev/full") else {
            return;
        };
        let store = Store::File { file, sync: false };
        let mut journal = Journal {
            store,
            waiting: String::new(),
            broken: false,
        };
        assert!(journal.commit().is_ok(), "nothing to write");
        journal.add(entry());
        assert!(journal.commit().is_err());
        journal.waiting.clear();
        assert!(journal.commit().is_err(), "although nothing waits");
    }

    #[test]
    fn every_effect_has_a_name() {
        for (effect, name) in EFFECTS {
            assert_eq!(effect.name(), name);
            assert_eq!(Effect::from_name(name), Some(effect));
        }
        assert_eq!(Effect::from_name("booked"), None);
    }
}

//! Table `terminals`: blocks of trace numbers, taken by conditional update.
//!
//! A process takes a thousand numbers of one terminal at a time, so that a payment costs no extra
//! write; what a crashed process did not use is skipped. Numbers run from 1 to 999 999 and begin
//! again (ISO 8583, DE 11).

use crate::dialect::insert_if_absent;
use crate::statements::statements;
use crate::value::values;
use crate::{Error, Tx};

/// How many numbers a block has.
pub const BLOCK: u32 = 1_000;

/// The largest trace number.
pub const STAN_MAX: u32 = 999_999;

/// A thousand trace numbers of one terminal that nobody else has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The terminal, eight characters.
    pub terminal: String,
    /// The first number.
    pub first: u32,
    /// The last number.
    pub last: u32,
}

statements! {
    ADD = insert_if_absent!("terminals (acquirer, terminal, next_stan) VALUES (?, ?, 1)");
    FIND = "SELECT next_stan FROM terminals WHERE acquirer = ? AND terminal = ?";
    TAKE = "UPDATE terminals SET next_stan = ? \
        WHERE acquirer = ? AND terminal = ? AND next_stan = ?";
}

/// Takes the next block of `terminal` at `acquirer`.
///
/// # Errors
/// [`Error::Conflict`] when another process took it first: try again.
pub fn take_block(tx: &Tx<'_>, acquirer: &str, terminal: &str) -> Result<Block, Error> {
    tx.execute(ADD, values![acquirer, terminal])?;
    let next = tx
        .one(FIND, values![acquirer, terminal], |row| row.int(0))?
        .unwrap_or(1);
    let first = u32::try_from(next)
        .ok()
        .filter(|number| (1..=STAN_MAX).contains(number))
        .ok_or_else(|| Error::Corrupt(format!("trace {next}")))?;
    let last = first.saturating_add(BLOCK - 1).min(STAN_MAX);
    let following = if last == STAN_MAX {
        1
    } else {
        i64::from(last).saturating_add(1)
    };
    tx.change_one(TAKE, values![following, acquirer, terminal, next])?;
    Ok(Block {
        terminal: terminal.to_owned(),
        first,
        last,
    })
}

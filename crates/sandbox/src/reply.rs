//! The answer to a request, as a message of its dialect.

use iso8583::{Builder, EncodeError, Message};

use crate::books::Verdict;
use crate::derive::approval_code;
use crate::request::Request;

/// What an answer repeats from its request. Not the card number: nobody needs it back.
const ECHOED: [u8; 11] = [3, 7, 11, 12, 13, 24, 32, 37, 41, 42, 49];

/// Appends the answer to `out`.
pub(crate) fn encode(
    message: &Message<'_>,
    request: &Request<'_>,
    verdict: &Verdict,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let dialect = message.dialect();
    // A request that is itself an answer was not asked for; it gets its own type back.
    let mti = request.mti.response().unwrap_or(request.mti);
    let mut answer = Builder::new(dialect, mti);
    for field in ECHOED {
        answer.copy(message, field)?;
    }
    if request.kind.is_network() {
        answer.copy(message, 70)?;
    } else if message.has(4) {
        answer.set_number(4, verdict.amount_minor)?;
    }
    if verdict.answer.is_approval() && message.has(2) {
        answer.set(38, approval_code(&request.key))?;
    }
    answer.set(39, verdict.answer.code(dialect.version, mti.class()))?;
    if let Some(result) = verdict.code_result {
        answer.set_sub(48, 44, result.to_string())?;
    }
    if let Some(challenge) = &verdict.challenge {
        answer.set_sub(48, 71, challenge.as_str())?;
    }
    answer.encode(out)
}

//! What became of a message to a rail.
//!
//! The difference between [`Outcome::NotSent`] and [`Outcome::Unknown`] is where money is lost,
//! so it is in the type: the first may be tried again, the second never.

use crate::CvcCheck;
use crate::named::named_enum;

/// The closed set of answers of a rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other side agreed.
    Approved(Approval),
    /// The other side refused; no money moves.
    Declined {
        /// Why, in our words.
        reason: DeclineReason,
        /// The code as it came (DE 39), for support.
        response_code: String,
        /// What the issuer said of the security code.
        cvc_check: CvcCheck,
    },
    /// The issuer wants the payer to prove who they are first; no money moves yet.
    ActionNeeded {
        /// How the other side will recognise the completed challenge.
        reference: String,
    },
    /// Certainly not sent: no bytes left this machine.
    NotSent(NotSent),
    /// Sent, or perhaps sent, and no answer: it may have happened.
    Unknown,
}

/// The content of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Minor units the other side agreed to; less than asked is a partial approval.
    pub amount_minor: i64,
    /// The issuer's approval code (DE 38).
    pub approval_code: Option<String>,
    /// The code as it came (DE 39).
    pub response_code: String,
    /// What the issuer said of the security code.
    pub cvc_check: CvcCheck,
}

named_enum! {
    /// Why a message was certainly not sent.
    pub enum NotSent {
        /// No connection to the other side is signed on.
        NoConnection = "no_connection",
        /// Too many messages wait for an answer already.
        Busy = "busy",
        /// The message cannot be expressed on this rail.
        NotExpressible = "not_expressible",
    }
}

named_enum! {
    /// Why the other side refused, in the words of Stripe's decline codes where they have one.
    pub enum DeclineReason {
        /// The issuer wants authentication.
        AuthenticationRequired = "authentication_required",
        /// Call the issuer.
        CallIssuer = "call_issuer",
        /// The card may not do this.
        CardNotSupported = "card_not_supported",
        /// The issuer does not say why.
        DoNotHonor = "do_not_honor",
        /// The card is over.
        ExpiredCard = "expired_card",
        /// The issuer suspects fraud.
        Fraudulent = "fraudulent",
        /// No further reason.
        GenericDecline = "generic_decline",
        /// The security code is wrong.
        IncorrectCvc = "incorrect_cvc",
        /// The number is wrong.
        IncorrectNumber = "incorrect_number",
        /// Not enough money.
        InsufficientFunds = "insufficient_funds",
        /// The amount is not allowed.
        InvalidAmount = "invalid_amount",
        /// The issuer cannot be reached.
        IssuerNotAvailable = "issuer_not_available",
        /// The card was reported lost.
        LostCard = "lost_card",
        /// The issuer agreed to a part only; that part was given back.
        PartialApproval = "partial_approval",
        /// The card must be kept.
        PickupCard = "pickup_card",
        /// Something went wrong at the acquirer.
        ProcessingError = "processing_error",
        /// The card was reported stolen.
        StolenCard = "stolen_card",
        /// The other side cannot find what we speak of.
        TransactionNotFound = "transaction_not_found",
        /// The card may not do this kind of payment.
        TransactionNotAllowed = "transaction_not_allowed",
        /// The card is over its limit.
        WithdrawalCountLimitExceeded = "withdrawal_count_limit_exceeded",
    }
}

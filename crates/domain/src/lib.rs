//! The rules of money: payments, attempts, refunds and the ledger, as pure functions.
//!
//! A rule takes what is known (a record, a piece of news, the time) and answers either a [`Step`],
//! which is everything that must be written together, or a [`Refusal`].
//!
//! **Invariant of absence**: nothing here can reach a socket, a clock, a random source, a database
//! or a wire format; card numbers are unknown here.

mod named;

pub mod advice;
pub mod attempt;
pub mod card;
pub mod catalogue;
pub mod checkout;
pub mod event;
pub mod fee;
pub mod ids;
pub mod ledger;
pub mod merchant;
pub mod money;
pub mod order;
pub mod outcome;
pub mod payment;
pub mod payment_link;
pub mod payout;
pub mod refund;
pub mod refusal;
pub mod rights;
pub mod step;
pub mod time;
pub mod webhook;

pub use advice::{Advice, AdviceKind, AdviceStatus};
pub use attempt::{Attempt, AttemptStatus, Authentication};
pub use card::{Brand, Card, CvcCheck, Expiry, Funding, PaymentMethod};
pub use catalogue::{Price, Priced, Product};
pub use checkout::CheckoutSession;
pub use event::EventKind;
pub use fee::{FeeRule, FeeRules};
pub use ids::*;
pub use ledger::{Account, Cause, Transfer, TransferState};
pub use merchant::{Merchant, Mode, Owner};
pub use money::{Currency, Money};
pub use order::{Order, OrderKind, Trace};
pub use outcome::{Approval, DeclineReason, NotSent, Outcome};
pub use payment::{CancellationReason, CaptureMethod, Payment, PaymentError, PaymentStatus};
pub use payment_link::PaymentLink;
pub use payout::{Payout, PayoutFailure, PayoutStatus, PayoutStep};
pub use refund::{Refund, RefundReason, RefundStatus};
pub use refusal::Refusal;
pub use rights::{Resource, Right, Rights};
pub use step::{Broken, Step};
pub use time::Timestamp;

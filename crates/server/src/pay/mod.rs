//! The payer's page: what a link or a QR code opens, from the amount to the receipt.
//!
//! [`handlers`] and [`visit`] ask the engine; everything else is pure: what is known ([`Frame`] and
//! [`Screen`]) goes in, HTML, headers or a parsed form come out. The page is whole without script;
//! `web/pay/pay.js` only makes it quicker.
//!
//! **Invariant of absence**: no card number reaches a template, a log or an error. The number
//! leaves [`card_form`] only inside [`card_form::Entry`], which does not print and wipes itself.

pub(crate) mod assets;
mod calendar;
pub(crate) mod card_form;
mod decline;
mod handlers;
pub(crate) mod headers;
pub(crate) mod language;
mod link;
mod money;
mod page;
pub(crate) mod qr;
#[cfg(test)]
mod sample;
mod screen;
mod standing;
mod status;
mod token;
mod visit;
mod words;

pub(crate) use decline::Setback;
pub(crate) use handlers::routes;
pub(crate) use language::Language;
pub(crate) use page::render;
pub(crate) use screen::{
    Action, Challenge, Closed, Form, Frame, Payable, Pending, Receipt, Refused, Screen, Unavailable,
};
pub(crate) use status::status;

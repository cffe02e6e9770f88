//! The seeded fault simulator: the real engine on a real database against the real sandbox
//! acquirer, with crashes, losses and delays at points that a seed chooses.
//!
//! One task at a time goes on, because every task of the engine asks for its turn before and
//! after each write of money and each message; time is a clock that is moved by hand. So a run is
//! a function of its seed. What a run left behind is judged in [`checks`], which knows the two
//! sets of books and nothing of how they came about.
//!
//! Does not test HTTP, rendering or the link's own faults: those rooms have their own tests.
//! Never shipped.

mod chance;
mod gate;
mod node;
mod rail;
mod run;
mod scratch;
mod till;
mod trace;
mod weather;
mod world;

pub mod checks;
pub mod long;
pub mod short;

pub use gate::Fate;
pub use run::{Plan, Report, run};
pub use scratch::Scratch;
pub use till::{Step, Till};
pub use weather::Weather;

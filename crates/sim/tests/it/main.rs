//! Claims about the simulator itself: that runs repeat, and that its checks bite.

mod bites;
mod compares;
mod repeats;

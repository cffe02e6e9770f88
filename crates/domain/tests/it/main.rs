//! What holds for every sequence of requests and news, whoever is late and whatever gets lost.

mod books;
mod conversations;
mod life;
mod orders;
mod refusals;
mod world;

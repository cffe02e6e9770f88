//! Whole messages of every order, byte for byte.

//! Records and a database the tests of this crate begin with.

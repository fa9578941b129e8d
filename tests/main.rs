//! The one integration-test binary: linking is what a test binary costs.

mod browser;
mod support;
mod tidy;

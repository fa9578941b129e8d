//! The one integration-test binary: linking is what a test binary costs.

mod browser;
mod corpora;
mod documents;
mod journeys;
mod support;
mod tidy;

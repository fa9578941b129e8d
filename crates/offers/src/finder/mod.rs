//! The finder: from what somebody says to the support that is near. No people, and nothing of what was asked is kept.

pub mod words;

#[cfg(test)]
mod relevance;

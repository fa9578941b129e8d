//! What several tests need.

pub(crate) mod bench;
pub(crate) mod caller;
pub(crate) mod chance;
pub(crate) mod county;
pub(crate) mod crawl;
pub(crate) mod data_folder;
pub(crate) mod directory;
pub(crate) mod extract;
pub(crate) mod feed;
pub(crate) mod feed_server;
pub(crate) mod findings;
pub(crate) mod forms;
pub(crate) mod harvest;
pub(crate) mod meres;
pub(crate) mod openapi;
pub(crate) mod publication;
pub(crate) mod readers;
pub(crate) mod site;

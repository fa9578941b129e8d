//! A server on this machine that publishes feeds, and can be told to publish others.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

type Pages = Arc<Mutex<BTreeMap<String, String>>>;

/// Lives as long as the test program.
pub(crate) struct FeedServer {
    pub(crate) address: String,
    pages: Pages,
}

impl FeedServer {
    pub(crate) fn new(pages: &[(&str, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { address, pages: Pages::default() };
        pages.iter().for_each(|(path, text)| server.publish(path, text));
        let pages = server.pages.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
                let first = lines.next().and_then(Result::ok).unwrap_or_default();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                let path = first.split(' ').nth(1).unwrap_or("/");
                let path = path.split('?').next().unwrap_or("/");
                let page = pages.lock().expect("pages").get(path).cloned();
                let (status, text) = page.map_or((404, String::new()), |text| (200, text));
                let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", text.len());
                let _ = write!(stream, "{head}Connection: close\r\n\r\n{text}");
            }
        });
        server
    }

    /// From now on this stands at that path.
    pub(crate) fn publish(&self, path: &str, text: &str) {
        self.pages.lock().expect("pages").insert(path.to_owned(), text.to_owned());
    }

    pub(crate) fn withdraw(&self, path: &str) {
        self.pages.lock().expect("pages").remove(path);
    }
}

//! The sheet that a chart is drawn on. Everything that is text goes through [`escape`] here and nowhere else.

use std::fmt::Write;

use crate::chart::Heading;
use crate::palette::{CONTEXT, HATCH, TEXT, WHITE};
use crate::text::escape;

/// Which of its two drawings a chart is making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Wide,
    Narrow,
}

impl Size {
    pub(crate) const BOTH: [Self; 2] = [Self::Wide, Self::Narrow];

    pub(crate) const fn width(self) -> f64 {
        match self {
            Self::Wide => 880.0,
            Self::Narrow => 350.0,
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Wide => "w",
            Self::Narrow => "n",
        }
    }
}

/// How a text stands.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) fill: &'static str,
    pub(crate) anchor: &'static str,
    /// White edge, for words over a map.
    pub(crate) halo: bool,
}

impl Type {
    pub(crate) const fn plain(size: f64) -> Self {
        Self { size, bold: false, fill: TEXT, anchor: "start", halo: false }
    }

    pub(crate) const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(crate) const fn fill(mut self, fill: &'static str) -> Self {
        self.fill = fill;
        self
    }

    pub(crate) const fn anchor(mut self, anchor: &'static str) -> Self {
        self.anchor = anchor;
        self
    }

    pub(crate) const fn halo(mut self) -> Self {
        self.halo = true;
        self
    }
}

/// A number as SVG wants it: one decimal at most.
pub(crate) fn n(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

pub(crate) struct Sheet {
    id: String,
    width: f64,
    body: String,
    /// Something of it can be pressed, so that it is no picture to whoever hears the page.
    linked: bool,
}

impl Sheet {
    pub(crate) fn new(heading: &Heading, size: Size, width: f64) -> Self {
        Self {
            id: format!("{}-{}", heading.safe_id(), size.suffix()),
            width,
            body: String::new(),
            linked: false,
        }
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, fill: &str) {
        let (x, y, w, h) = (n(x), n(y), n(w.max(0.0)), n(h));
        let _ = write!(self.body, r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/>"#);
    }

    /// A box with an edge, for what is hidden and for keys.
    pub(crate) fn framed(&mut self, x: f64, y: f64, w: f64, h: f64, fill: &str) {
        let (x, y, w, h) = (n(x), n(y), n(w.max(0.0)), n(h));
        let _ = write!(
            self.body,
            r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}" stroke="{CONTEXT}" stroke-width="1"/>"#
        );
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        let (x1, y1, x2, y2, w) = (n(from.0), n(from.1), n(to.0), n(to.1), n(width));
        let _ = write!(
            self.body,
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{w}"/>"#
        );
    }

    /// A box with round ends and a white edge.
    pub(crate) fn pill(&mut self, at: (f64, f64), size: (f64, f64), fill: &str) {
        let (x, y, w, h, round) = (n(at.0), n(at.1), n(size.0), n(size.1), n(size.1 / 2.0));
        let _ = write!(
            self.body,
            r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{round}" fill="{fill}" stroke="{WHITE}" stroke-width="1.5"/>"#
        );
    }

    pub(crate) fn circle(&mut self, at: (f64, f64), radius: f64, style: &str) {
        let (x, y, r) = (n(at.0), n(at.1), n(radius));
        let _ = write!(self.body, r#"<circle cx="{x}" cy="{y}" r="{r}" {style}/>"#);
    }

    /// `data` and `style` are made by this crate from numbers, never from a reader's text.
    pub(crate) fn path(&mut self, data: &str, style: &str) {
        let _ = write!(self.body, r#"<path d="{data}" {style}/>"#);
    }

    pub(crate) fn text(&mut self, x: f64, y: f64, text: &str, style: Type) {
        let Type { size, bold, fill, anchor, halo } = style;
        let (x, y, size) = (n(x), n(y), n(size));
        let _ = write!(self.body, r#"<text x="{x}" y="{y}" font-size="{size}" fill="{fill}""#);
        if bold {
            self.body.push_str(r#" font-weight="bold""#);
        }
        if anchor != "start" {
            let _ = write!(self.body, r#" text-anchor="{anchor}""#);
        }
        if halo {
            let _ = write!(
                self.body,
                r#" stroke="{WHITE}" stroke-width="3" stroke-linejoin="round" paint-order="stroke""#
            );
        }
        let _ = write!(self.body, ">{}</text>", escape(text));
    }

    /// What is drawn from here on leads there.
    pub(crate) fn begin_link(&mut self, to: &str, name: &str) {
        self.linked = true;
        let _ = write!(self.body, r#"<a href="{}" aria-label="{}">"#, escape(to), escape(name));
    }

    pub(crate) fn end_link(&mut self) {
        self.body.push_str("</a>");
    }

    /// The fill of what is hidden: diagonal lines, or dots for a second kind of hidden.
    pub(crate) fn hatch(&self, second: bool) -> String {
        format!("url(#{}-h{})", self.id, u8::from(second))
    }

    pub(crate) fn finish(self, heading: &Heading, height: f64) -> String {
        let Self { id, width, body, linked } = self;
        let role = if linked { "group" } else { "img" };
        let (w, h) = (n(width), n(height));
        let mut svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" role="{role}" aria-labelledby="{id}-t {id}-d" viewBox="0 0 {w} {h}" width="{w}" height="{h}" font-family="Arial, Helvetica, sans-serif"><title id="{id}-t">{}</title><desc id="{id}-d">{}</desc>"#,
            escape(&heading.title),
            escape(&heading.description),
        );
        let fills = [
            format!(
                r#" patternTransform="rotate(45)"><rect width="5" height="5" fill="{WHITE}"/><rect width="1.2" height="5" fill="{HATCH}"/>"#
            ),
            format!(
                r#"><rect width="5" height="5" fill="{WHITE}"/><circle cx="2.5" cy="2.5" r="1" fill="{HATCH}"/>"#
            ),
        ];
        for (i, fill) in fills.into_iter().enumerate() {
            let name = format!("{id}-h{i}");
            if body.contains(&name) {
                let _ = write!(
                    svg,
                    r#"<pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse"{fill}</pattern>"#
                );
            }
        }
        svg + &body + "</svg>"
    }
}

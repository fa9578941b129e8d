//! Keeping: everything is made under a hidden name, and put in its place at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use ground::files::{FileError, Problem, digest, digest_text, write_problems, write_whole};
use rayon::prelude::*;
use tempfile::TempDir;

use super::duplicates::{Settled, settle};
use super::events::keep_events;
use super::fingerprints::Fingerprints;
use super::making::{Made, Tally, make};
use super::part_file::{Layout, without};
use super::parts::Sources;
use super::{Keeping, Kept, Kind, Zone, about};
use crate::extract::{ImportError, Mapping};
use crate::population::{Stamp, Warnings};

/// The number of our own format. Another number is another digest: what was kept before is made anew.
const FORMAT: u32 = 1;

/// Keeps the extract that these files are ([`crate::population::parts_of`] names them), or finds that it is kept. Refused
/// are an extract of which more rows cannot be used than is allowed, and one without any row that can be used; nothing is
/// kept then.
pub fn keep(zone: &Zone, parts: &[PathBuf], keeping: &Keeping<'_>) -> Result<Kept, ImportError> {
    let (kept, draft) = prepare(zone, parts, keeping)?;
    if let Some(draft) = draft {
        zone.put(draft, Kind::People, &kept.digest)?;
    }
    Ok(kept)
}

/// What [`keep`] would do, without doing it.
pub fn rehearse(zone: &Zone, parts: &[PathBuf], keeping: &Keeping<'_>) -> Result<Kept, ImportError> {
    Ok(prepare(zone, parts, keeping)?.0)
}

/// Keeps the file of a crosstab as it is, with its mapping. The caller has read it: what it holds is known to be usable.
/// `rows_read` and `problems` are what that reading found.
pub fn keep_crosstab(
    zone: &Zone,
    file: &Path,
    mapping_text: &str,
    rows_read: u64,
    problems: &[Problem],
) -> Result<Kept, FileError> {
    zone.clear_drafts()?;
    let name = Mapping::name_of(file);
    let before = Stamp::of(file)?;
    let digest = digest_text(&format!(
        "meres crosstab {FORMAT}\nmapping {}\nfile {}\n",
        digest_text(mapping_text),
        digest(&[file])?
    ));
    let place = zone.folder_of(Kind::Crosstab, &digest);
    if place.is_dir() {
        return about::read(&place, &digest);
    }
    let draft = zone.draft(Kind::Crosstab)?;
    let content = fs::read(file).map_err(FileError::system(file))?;
    before.check(file)?;
    write_whole(&draft.path().join("crosstab.csv"), &content)?;
    write_whole(&draft.path().join("mapping.toml"), mapping_text.as_bytes())?;
    let kept = Kept {
        kind: Kind::Crosstab,
        mapping_digest: digest_text(mapping_text),
        sources: vec![name],
        made_up: None,
        rows_read,
        people: 0,
        rows_left_out: 0,
        warnings: Warnings::default(),
        optional_not_understood: 0,
        events: None,
        problems_listed: problems.len() as u64,
        problems: problems.to_vec(),
        bytes: content.len() as u64,
        already_there: false,
        digest,
    };
    about::write(draft.path(), &kept)?;
    zone.put(draft, Kind::Crosstab, &kept.digest)?;
    Ok(kept)
}

fn prepare(
    zone: &Zone,
    parts: &[PathBuf],
    keeping: &Keeping<'_>,
) -> Result<(Kept, Option<TempDir>), ImportError> {
    zone.clear_drafts()?;
    let sources = [parts, keeping.events].concat();
    let before = Stamp::of_all(&sources)?;
    let digest = digest_of(parts, keeping)?;
    let place = zone.folder_of(Kind::People, &digest);
    if place.is_dir() {
        return Ok((about::read(&place, &digest)?, None));
    }
    let draft = zone.draft(Kind::People)?;
    let kept = made(draft.path(), parts, keeping, digest)?;
    // What was read must be what the digest is of.
    Stamp::check_all(&before, &sources)?;
    Ok((kept, Some(draft)))
}

/// The files, the mapping, the year by which ages are understood, and our own format: what decides the content. The files'
/// names do not, and neither does how many rows may be left out.
fn digest_of(parts: &[PathBuf], keeping: &Keeping<'_>) -> Result<String, FileError> {
    let digests = |files: &[PathBuf]| -> Result<Vec<String>, FileError> {
        files.par_iter().map(|file| digest(&[file])).collect()
    };
    let mut text = format!(
        "meres population {FORMAT}\nyear {}\nmapping {}\n",
        keeping.import.index_date.year(),
        digest_text(keeping.mapping_text)
    );
    for (what, files) in [("file", parts), ("events", keeping.events)] {
        for digest in digests(files)? {
            text.push_str(what);
            text.push(' ');
            text.push_str(&digest);
            text.push('\n');
        }
    }
    Ok(digest_text(&text))
}

/// Makes everything in this folder.
fn made(
    folder: &Path,
    paths: &[PathBuf],
    keeping: &Keeping<'_>,
    digest: String,
) -> Result<Kept, ImportError> {
    let import = &keeping.import;
    let sources = Sources::open(paths, import.mapping)?;
    let layout = Layout::new(sources.optional(), sources.made_up());
    let aside = folder.join("aside");
    fs::create_dir(&aside).map_err(FileError::system(&aside))?;
    let fingerprints = Fingerprints::create(&aside)?;
    let tally = Tally {
        most_rows: sources.most_rows(),
        allowance: import.allowance,
        progress: import.progress,
        read: AtomicU64::new(0),
        left_out: AtomicU64::new(0),
    };
    let parts = sources.parts();
    let place = |number: usize| folder.join(format!("part-{number:05}.parquet"));
    let made: Result<Vec<Made>, FileError> = parts
        .par_iter()
        .enumerate()
        .map(|(number, pieces)| {
            let with = (&fingerprints, import.index_date.year(), &tally);
            make(u32::try_from(number).unwrap_or(u32::MAX), &place(number), pieces, &layout, with)
        })
        .collect();
    let mut made = made?;

    let rows: Vec<u32> = made.iter().map(|part| part.rows).collect();
    let origins: Vec<_> = made.iter_mut().map(|part| std::mem::take(&mut part.origins)).collect();
    let listed = made.iter().map(|part| part.problems.len() as u64).sum();
    let mut settled = settle(&fingerprints, &rows, &origins, listed)?;
    drop(fingerprints);
    fs::remove_dir_all(&aside).map_err(FileError::system(&aside))?;

    let mut kept = counted(&mut made, &mut settled, keeping, paths, digest);
    kept.made_up = sources.made_up().map(str::to_owned);
    let first = paths.first().map_or(folder, PathBuf::as_path);
    let too_many = made.iter().any(|part| part.too_many);
    if too_many || import.allowance.is_passed(kept.rows_left_out, kept.rows_read) {
        return Err(ImportError::TooManyProblems {
            file: Mapping::name_of(first),
            left_out: kept.rows_left_out,
            rows: kept.rows_read,
            so_far: if too_many { " read so far" } else { "" },
            allowed: import.allowance.percent,
            problems: kept.problems,
        });
    }
    if kept.people == 0 {
        let why = if kept.rows_read == 0 {
            "the extract holds no rows"
        } else {
            "no row of the extract can be used"
        };
        return Err(FileError::refused(first, why).into());
    }

    let bytes: Result<Vec<u64>, FileError> = made
        .par_iter()
        .zip(&settled.drops)
        .enumerate()
        .map(|(number, (part, drops))| match drops {
            Some(drops) => without(&place(number), &layout, part.rows as usize, drops),
            None => Ok(part.bytes),
        })
        .collect();
    kept.bytes = bytes?.iter().sum();
    if !keeping.events.is_empty() {
        let written: Vec<PathBuf> = (0..made.len()).map(place).collect();
        let (events, mut problems, bytes) = keep_events(folder, keeping.events, &written, import)?;
        kept.problems.append(&mut problems);
        kept.problems_listed = kept.problems.len() as u64;
        kept.bytes += bytes;
        kept.events = Some(events);
    }
    about::write(folder, &kept)?;
    about::write_mapping(folder, keeping)?;
    write_problems(&folder.join("_problems.csv"), &kept.problems)?;
    Ok(kept)
}

/// The counts and the problems of all parts together.
fn counted(
    made: &mut [Made],
    settled: &mut Settled,
    keeping: &Keeping<'_>,
    paths: &[PathBuf],
    digest: String,
) -> Kept {
    let sum = |count: fn(&Made) -> u64| made.iter().map(count).sum::<u64>();
    let warnings = Warnings {
        outside_great_britain: sum(|part| part.warnings.outside_great_britain),
        lsoa_not_recognised: sum(|part| part.warnings.lsoa_not_recognised),
        repeats: settled.repeats,
    };
    let mut kept = Kept {
        kind: Kind::People,
        digest,
        mapping_digest: digest_text(keeping.mapping_text),
        sources: paths.iter().chain(keeping.events).map(|path| Mapping::name_of(path)).collect(),
        made_up: None,
        rows_read: sum(|part| part.rows_read),
        people: sum(|part| u64::from(part.rows)) - settled.dropped,
        rows_left_out: sum(|part| part.rows_left_out) + settled.dropped - settled.repeats,
        warnings,
        optional_not_understood: sum(|part| part.not_understood),
        events: None,
        problems_listed: 0,
        problems: Vec::new(),
        bytes: 0,
        already_there: false,
    };
    for part in made {
        kept.problems.append(&mut part.problems);
    }
    kept.problems.append(&mut settled.problems);
    kept.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    kept.problems_listed = kept.problems.len() as u64;
    kept
}

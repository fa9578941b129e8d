//! The settings of a site.

use crate::support::meres::done;

#[test]
fn generated_document_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = done(folder.path(), "serve --help").out;
    let options = help.split_once("Options:\n").expect("options").1;
    let options = options.split_once("\nWithout a certificate").expect("an end").0;
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml"));
    let text = format!(
        "# Settings of a site\n\nMade from the code by a test. `meres serve` and `meres worker` take the same; `meres doctor` looks at \
         them.\n\nEach can be given as an option, as a variable of the environment (in brackets behind `env:`), or in a file: \
         the one that `--config` names, or `meres.toml` in the data folder. In the file it has the name of its option without \
         the hyphens before it; those of `[mail]` and `[checkpoints]` stand under that heading, without `mail-` or `checkpoint-` \
         before them. Options count before variables, variables before the file.\n\n```text\n{}\n```\n\n## A file to begin with\n\n\
         ```toml\n{}```\n",
        options.trim_end(),
        example.expect("the example"),
    );
    super::check("docs/reference/settings.md", &text);
}

#[test]
fn the_example_of_a_file_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml");
    let said = done(folder.path(), &format!("doctor --config {example} --data nowhere"));
    assert!(said.out.contains("nowhere: there is no such data folder yet"), "{}", said.out);
}

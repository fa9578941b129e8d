//! The styles and the script that this crate holds are made by `cargo xtask assets`: say so where they are missing.

fn main() {
    let built = std::path::Path::new("../../assets/built");
    println!("cargo::rerun-if-changed=../../assets/built");
    for name in ["meres.css.gz", "meres.js.gz"] {
        if !built.join(name).is_file() {
            println!(
                "cargo::error=assets/built/{name} is missing: run `cargo xtask assets` (it needs Node.js)"
            );
        }
    }
}

//! Lists `assets/providers/*.toml` for `catalog`, so that adding a provider is adding one file.

use std::fmt::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/providers");
    println!("cargo::rerun-if-changed=assets/providers");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let name = entry?.file_name().into_string().map_err(|name| format!("{} is no UTF-8", name.display()))?;
        if Path::new(&name).extension().is_some_and(|extension| extension == "toml") {
            names.push(name);
        }
    }
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = folder.join(&name);
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string())?;
    }
    list.push_str("]\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("providers.rs"), list)?;
    Ok(())
}

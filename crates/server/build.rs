//! Builds the merchant's app when it is missing or older than its sources, and makes a table of its
//! files, and of the description of the API, for `src/assets.rs` to embed.
//!
//! Files are compressed here, once, so that no request pays for it and the program carries no
//! compressor. Does not touch the payer's page, which has no tools.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

use flate2::Compression;
use flate2::write::GzEncoder;

/// What the app is made of. Its own tests and tools are not among it.
const SOURCES: &[&str] = &[
    "index.html",
    "package-lock.json",
    "package.json",
    "public",
    "src",
    "sw",
    "tsconfig.json",
    "vite.config.ts",
];

/// The description of the API for programs; a test of this crate writes it.
const DESCRIBED: &str = "docs/reference/openapi.json";

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    // Above this crate by name and not by link: a checkout may be put together of links.
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let Some(root) = crates.and_then(Path::parent) else {
        return ExitCode::FAILURE;
    };
    match run(root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path) -> Done<()> {
    let app = &root.join("web/terminal");
    let described = root.join(DESCRIBED);
    println!("cargo::rerun-if-changed={}", described.display());
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", app.join(source).display());
    }
    println!(
        "cargo::rerun-if-changed={}",
        app.join("dist/index.html").display()
    );
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    // Two builds at once, with target directories of their own, share one app.
    let lock = File::open(app.join("package.json"))?;
    lock.lock()?;
    if is_stale(app)? {
        build(app)?;
    }
    let dist = app.join("dist");
    let mut files = Vec::new();
    for file in files_in(&dist)? {
        files.push((served_as(file.strip_prefix(&dist)?), file));
    }
    files.push(("/openapi.json".to_owned(), described));
    embed(&files, &out)
}

/// The address of a file by its place in the folder of what was built.
fn served_as(place: &Path) -> String {
    format!("/{}", place.to_string_lossy().replace('\\', "/"))
}

/// Whether any source is newer than what was built of it.
fn is_stale(app: &Path) -> Done<bool> {
    let Some(built) = changed_at(&app.join("dist/index.html")) else {
        return Ok(true);
    };
    let mut newest = SystemTime::UNIX_EPOCH;
    for source in SOURCES
        .iter()
        .map(|name| app.join(name))
        .filter(|path| path.exists())
    {
        for file in files_in(&source)? {
            newest = newest.max(changed_at(&file).unwrap_or(newest));
        }
    }
    Ok(newest > built)
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|found| found.modified()).ok()
}

/// Every file in `path`, or `path` itself when it is one, in the order of names.
fn files_in(path: &Path) -> Done<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut inside: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path)? {
        inside.push(entry?.path());
    }
    inside.sort();
    let mut files = Vec::new();
    for path in inside {
        files.extend(files_in(&path)?);
    }
    Ok(files)
}

fn build(app: &Path) -> Done<()> {
    let wanted = changed_at(&app.join("package-lock.json"));
    let installed = changed_at(&app.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < wanted {
        npm(app, &["ci", "--no-audit", "--no-fund"])?;
    }
    npm(app, &["run", "build"])?;
    match is_stale(app)? {
        false => Ok(()),
        true => Err("npm built the app, but web/terminal/dist is older than its sources".into()),
    }
}

fn npm(app: &Path, arguments: &[&str]) -> Done<()> {
    let done = Command::new("npm")
        .args(arguments)
        .current_dir(app)
        .output()
        .map_err(|error| {
            format!(
                "the merchant's app is built with npm, which did not start ({error}): install \
             Node.js 20.19 or later with npm (Debian: `apt-get install nodejs npm`), and build \
             again"
            )
        })?;
    if done.status.success() {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    Err(format!(
        "`npm {}` failed in {}:\n{said}",
        arguments.join(" "),
        app.display()
    )
    .into())
}

/// Copies files, plain and compressed, and writes the table that includes them by their addresses.
fn embed(files: &[(String, PathBuf)], out: &Path) -> Done<()> {
    let folder = out.join("app");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut table = String::from("&[\n");
    for (number, (address, file)) in files.iter().enumerate() {
        let bytes = fs::read(file)?;
        let plain = folder.join(number.to_string());
        fs::write(&plain, &bytes)?;
        let gzip = match compressed(&bytes)? {
            Some(small) => {
                let path = folder.join(format!("{number}.gz"));
                fs::write(&path, small)?;
                format!("Some(include_bytes!({path:?}))")
            }
            None => "None".to_owned(),
        };
        let tag = format!("W/\"{:016x}\"", content_hash(&bytes));
        writeln!(
            table,
            "File {{ path: {address:?}, tag: {tag:?}, bytes: include_bytes!({plain:?}), \
             gzip: {gzip} }},",
        )?;
    }
    table.push(']');
    fs::write(out.join("app.rs"), table)?;
    Ok(())
}

/// The file in gzip, where that saves at least a tenth: pictures are compressed already.
fn compressed(bytes: &[u8]) -> Done<Option<Vec<u8>>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    let small = encoder.finish()?;
    let is_worth_it = small.len() < bytes.len() - bytes.len() / 10;
    Ok(is_worth_it.then_some(small))
}

/// Another number for other content. Nobody gains by making two files collide.
fn content_hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

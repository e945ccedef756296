//! Running other programs, and saying which package has one that is missing.

use serde_json::Value;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The checkout that cargo runs us in.
pub(crate) fn root() -> Result<PathBuf, String> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as `cargo xtask …`")?;
    let root = Path::new(&xtask).parent().ok_or("xtask is in no checkout")?;
    Ok(root.into())
}

/// Runs a tool, or says which Debian package has it.
pub(crate) fn output(mut command: Command, package: &str) -> Result<Output, String> {
    command.output().map_err(|why| match why.kind() {
        ErrorKind::NotFound => format!(
            "{} is missing; on Debian: apt-get install {package}",
            command.get_program().display()
        ),
        _ => format!("{}: {why}", command.get_program().display()),
    })
}

/// Runs a tool that must succeed.
pub(crate) fn successful(command: Command, package: &str) -> Result<Output, String> {
    let shown = format!("{command:?}");
    let output = output(command, package)?;
    if output.status.success() {
        Ok(output)
    } else {
        let stderr = String::from_utf8_lossy(&output.stderr);
        Err(format!("{shown}: {}\n{}", output.status, stderr.trim_end()))
    }
}

/// The cargo that runs us, at the root of the checkout.
pub(crate) fn cargo() -> Result<Command, String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root()?);
    Ok(cargo)
}

/// Builds one executable of the root package for release, and says where it is. An example has the features of the whole
/// workspace, as tests have them, so that the libraries are not built once more for it.
pub(crate) fn build(kind: &str, name: &str) -> Result<PathBuf, String> {
    let packages: &[&str] = match kind {
        "--example" => &["--workspace"],
        _ => &["--package", "ppc-emu"],
    };
    let mut cargo = cargo()?;
    cargo.args(["build", "--release", "--message-format=json-render-diagnostics"]);
    cargo.args(packages).args([kind, name]).stderr(Stdio::inherit());
    let output = successful(cargo, "cargo")?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or(format!("cargo built no {name}"))
}

/// The compiler that cargo uses, as it names itself.
pub(crate) fn rustc_version() -> Result<String, String> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()));
    rustc.current_dir(root()?).arg("--version");
    let output = successful(rustc, "rustc")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The n-th root of the product of n figures.
pub(crate) fn geometric_mean(figures: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for figure in figures {
        sum += figure.ln();
        count += 1.0;
    }
    (sum / count).exp()
}

//! Inputs that are kept in the repository: `fuzz/corpus/TARGET/`, words for them in `fuzz/dictionaries/TARGET.dict`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file with its contents.
pub type File = (PathBuf, Vec<u8>);

/// The directory `fuzz` of the checkout.
pub fn directory() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "fuzz"].iter().collect()
}

/// The inputs of a target, in the order of their names; for images also the guests that are as short.
///
/// # Errors
/// When a file cannot be read; a target without a corpus has none.
pub fn inputs(target: &str, longest: usize) -> io::Result<Vec<File>> {
    let mut files = files(&directory().join("corpus").join(target))?;
    if target == "elf_load" {
        files.extend(self::files(&directory().join("../guests/bin"))?);
    }
    files.retain(|(_, bytes)| bytes.len() <= longest);
    Ok(files)
}

fn files(directory: &Path) -> io::Result<Vec<File>> {
    let mut paths = match fs::read_dir(directory) {
        Ok(entries) => entries
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()?,
        Err(why) if why.kind() == io::ErrorKind::NotFound => vec![],
        Err(why) => return Err(why),
    };
    paths.sort();
    paths.retain(|path| path.is_file());
    let with_bytes = |path: PathBuf| fs::read(&path).map(|bytes| (path, bytes));
    paths.into_iter().map(with_bytes).collect()
}

/// The words of a target's dictionary, which is one of libFuzzer's.
///
/// # Errors
/// When the file cannot be read, or a line is neither empty, a comment nor a word in quotes; a target without a dictionary has
/// no words.
pub fn dictionary(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let path = directory().join("dictionaries").join(format!("{target}.dict"));
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        Err(why) => return Err(why),
    };
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(n, line)| {
            word(line).ok_or_else(|| io::Error::other(format!("{}:{}: no word", path.display(), n + 1)))
        })
        .collect()
}

/// `"text"` or `name="text"`, with `\xNN`, `\\` and `\"`.
fn word(line: &str) -> Option<Vec<u8>> {
    let (_, quoted) = line.trim().split_once('"')?;
    let mut rest = quoted.strip_suffix('"')?.as_bytes();
    let mut word = vec![];
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            word.push(*first);
            continue;
        }
        match rest {
            [b'x', a, b, after @ ..] => {
                let digits = [*a, *b];
                word.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
                rest = after;
            }
            [escaped @ (b'\\' | b'"'), after @ ..] => {
                word.push(*escaped);
                rest = after;
            }
            _ => return None,
        }
    }
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn words_are_read_as_libfuzzer_reads_them() {
        assert_eq!(word(r#"name="a\x00\\\"b""#), Some(b"a\0\\\"b".to_vec()));
        assert_eq!(word(r#""plain""#), Some(b"plain".to_vec()));
        assert_eq!(word("plain"), None);
        assert_eq!(word(r#""\q""#), None);
    }
}

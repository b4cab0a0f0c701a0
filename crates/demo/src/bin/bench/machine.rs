//! What it is measured on.

use std::fs;

use tokio::process::Command;

use crate::Result;

/// Processor, memory, system and PostgreSQL, on one line.
pub(crate) async fn describe() -> Result<String> {
    let processors = std::thread::available_parallelism()?;
    let model = line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "processor".to_owned());
    let memory =
        line_of("/proc/meminfo", "MemTotal").unwrap_or_else(|| "memory unknown".to_owned());
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version = Command::new("pgbench").arg("--version").output().await;
    let version = version.map_err(|error| format!("pgbench: {error}"))?;
    let version = String::from_utf8(version.stdout)?;
    Ok(format!(
        "{model}, {processors} processors, {memory}, {} {}, {}",
        std::env::consts::OS,
        system.trim(),
        version.trim()
    ))
}

fn line_of(file: &str, name: &str) -> Option<String> {
    value_of(&fs::read_to_string(file).ok()?, name)
}

fn value_of(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(found, _)| found.trim() == name)?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_the_name_is_taken() {
        let text = "model\t\t: 2\nmodel name\t: A Processor\nmodel name\t: Another\n";
        assert_eq!(value_of(text, "model name").unwrap(), "A Processor");
        assert_eq!(value_of(text, "MemTotal"), None);
    }
}

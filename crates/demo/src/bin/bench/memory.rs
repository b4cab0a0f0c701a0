//! How much memory a process takes, as Linux tells.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;

const EVERY: Duration = Duration::from_millis(50);

/// Bytes of the process that are in memory; `None` where the system does not tell.
pub(crate) fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    resident_in(&status)
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

/// Looks at a process again and again.
pub(crate) struct Watch {
    peak: Arc<AtomicU64>,
    looking: JoinHandle<()>,
}

impl Watch {
    pub(crate) fn begin(process: Option<u32>) -> Self {
        let peak = Arc::new(AtomicU64::default());
        let seen = peak.clone();
        let looking = tokio::spawn(async move {
            while let Some(bytes) = process.and_then(resident) {
                seen.fetch_max(bytes, Ordering::Relaxed);
                tokio::time::sleep(EVERY).await;
            }
        });
        Self { peak, looking }
    }

    /// The most bytes seen; `None` where the system does not tell.
    pub(crate) fn peak(self) -> Option<u64> {
        self.looking.abort();
        Some(self.peak.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_size_is_read_from_the_status() {
        let status = "Name:\tmadoguchi\nVmHWM:\t   50000 kB\nVmRSS:\t   43008 kB\nThreads:\t7\n";
        assert_eq!(resident_in(status), Some(42 * 1024 * 1024));
        assert_eq!(resident_in("Name:\tkthreadd\n"), None);
    }
}

//! Waits that double.

use chrono::TimeDelta;

/// How long to wait when one has waited so often before: the first wait, twice as long, four times … at most the longest.
pub fn doubling(first: TimeDelta, waited: u32, longest: TimeDelta) -> TimeDelta {
    let times = 1_i32.checked_shl(waited).filter(|times| *times > 0);
    let wait = times.and_then(|times| first.checked_mul(times));
    wait.map_or(longest, |wait| wait.min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_doubles_until_it_is_the_longest() {
        let seconds =
            |waited| doubling(TimeDelta::seconds(2), waited, TimeDelta::hours(1)).num_seconds();
        let waits: Vec<_> = (0..13).map(seconds).collect();
        let expected = [
            2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600,
        ];
        assert_eq!(waits, expected);
        assert!((13..200).all(|waited| seconds(waited) == 3_600));
        assert_eq!(seconds(u32::MAX), 3_600);
    }
}

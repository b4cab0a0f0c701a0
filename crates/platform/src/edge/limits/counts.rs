//! Where the counts are kept: in a bounded cache, so that no number of addresses fills the memory.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use governor::nanos::Nanos;
use governor::state::StateStore;
use quick_cache::sync::Cache;

use crate::edge::class::Class;

/// About 8 MB when it is full. Beyond, counts that are seldom used go, and begin anew when they are needed.
const MOST_KEPT: usize = 50_000;

/// For each class and address or account, the moment up to which its requests are paid for. Clones share it.
#[derive(Clone)]
pub(super) struct Counts(Arc<Cache<(Class, u128), Arc<AtomicU64>>>);

impl Default for Counts {
    fn default() -> Self {
        Self(Arc::new(Cache::new(MOST_KEPT)))
    }
}

impl StateStore for Counts {
    type Key = (Class, u128);

    fn measure_and_replace<T, F, E>(&self, key: &Self::Key, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let fresh = || Ok::<_, Infallible>(Arc::default());
        let Ok(kept) = self.0.get_or_insert_with(key, fresh);
        let mut before = kept.load(Ordering::Acquire);
        loop {
            let (answer, after) = decide((before > 0).then(|| before.into()))?;
            let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
            match kept.compare_exchange_weak(before, after.into(), success, failure) {
                Ok(_) => return Ok(answer),
                Err(changed) => before = changed,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_addresses_leaves_a_bounded_number_of_counts() {
        let counts = Counts::default();
        for who in 0..4 * MOST_KEPT as u128 {
            let counted =
                counts.measure_and_replace(&(Class::Read, who), |_| Ok::<_, ()>(((), 1.into())));
            assert!(counted.is_ok());
        }
        assert!(
            counts.0.len() <= MOST_KEPT + MOST_KEPT / 10,
            "{}",
            counts.0.len()
        );
    }
}

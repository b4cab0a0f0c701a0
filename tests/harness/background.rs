//! A runtime that outlives every test: connections and servers live on it.

use std::future::Future;
use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
});

/// Does the work on the background runtime: what it opens does not die with the test's own runtime.
pub async fn off_this_runtime<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    RUNTIME.spawn(work).await.unwrap()
}

/// The same where nothing can be awaited, such as in a `drop`.
pub(crate) fn block_on_background<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    let (answer, answered) = std::sync::mpsc::channel();
    RUNTIME.spawn(async move { answer.send(work.await) });
    answered.recv().unwrap()
}

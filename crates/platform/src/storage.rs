//! Files: received as a stream, hashed and limited on the way, kept in a folder or in S3-compatible storage.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};
use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Result};
use crate::problem::Code;

/// Transfers from the spool into the storage at one time; each holds a few parts in memory.
const TRANSFERS: usize = 3;
/// Bytes per part: the smallest that S3 takes.
const PART: usize = 5 * 1024 * 1024;
/// Bytes of the beginning that are kept in hand to tell what a file is.
const HEAD: usize = 8 * 1024;

/// Slowest upload that is received, in bytes per second, once its patience is over. Telephone contracts are throttled to 128 kbit/s,
/// which is twice as much; 20 MB then take 40 minutes at the most.
const SLOWEST: u64 = 8 * 1024;

/// Where files are kept. Clones share it.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
    spool: PathBuf,
    transfers: Arc<Semaphore>,
}

/// A file that has arrived completely and is not kept yet; dropped, it is gone.
#[derive(Debug)]
pub struct Received {
    path: TempPath,
    /// Size.
    pub bytes: u64,
    /// SHA-256 of the content.
    pub sha256: Vec<u8>,
    /// The first bytes, which tell what it is.
    pub head: Vec<u8>,
}

impl Storage {
    /// Files in the folder `files` below the directory, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn in_folder(directory: &Path) -> Result<Self> {
        let files = directory.join("files");
        std::fs::create_dir_all(&files).map_err(Error::internal)?;
        let store = LocalFileSystem::new_with_prefix(&files).map_err(Error::internal)?;
        Self::new(Arc::new(store), Key::default(), directory)
    }

    /// Files at a URL such as `s3://bucket/prefix`; credentials and endpoint come from the variables
    /// `AWS_*` that S3 tools know. `directory` holds files on their way.
    ///
    /// # Errors
    /// When the URL or the variables are unusable.
    pub fn at_url(url: &str, directory: &Path) -> Result<Self> {
        let url = url::Url::parse(url).map_err(Error::internal)?;
        let variables = std::env::vars().filter_map(|(name, value)| {
            name.starts_with("AWS_")
                .then(|| (name.to_ascii_lowercase(), value))
        });
        let (store, prefix) =
            object_store::parse_url_opts(&url, variables).map_err(Error::internal)?;
        Self::new(Arc::from(store), prefix, directory)
    }

    fn new(store: Arc<dyn ObjectStore>, prefix: Key, directory: &Path) -> Result<Self> {
        let spool = directory.join("incoming");
        std::fs::create_dir_all(&spool).map_err(Error::internal)?;
        Ok(Self {
            store,
            prefix,
            spool,
            transfers: Arc::new(Semaphore::new(TRANSFERS)),
        })
    }

    /// Takes a stream in without holding it in memory.
    ///
    /// # Errors
    /// `body_too_large` beyond `limit` bytes, `body_timeout` when nothing comes for `patience`, or less than 8 KiB a second after it.
    pub async fn receive<E: std::fmt::Display>(
        &self,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
        limit: u64,
        patience: Duration,
    ) -> Result<Received> {
        let (file, path) = NamedTempFile::new_in(&self.spool)
            .map_err(Error::internal)?
            .into_parts();
        let mut file = File::from_std(file);
        let mut hash = Sha256::new();
        let mut head = Vec::new();
        let mut bytes = 0;
        let started = Instant::now();
        while let Some(chunk) = timeout_at(last_moment(started, bytes, patience), body.next())
            .await
            .map_err(|_| Error::new(Code::BodyTimeout))?
        {
            let chunk = chunk
                .map_err(|error| Error::new(Code::MalformedJson).because(error.to_string()))?;
            bytes += chunk.len() as u64;
            if bytes > limit {
                return Err(Error::new(Code::BodyTooLarge)
                    .detail(format!("{limit} バイトまで送ることができます。")));
            }
            hash.update(&chunk);
            let wanted = HEAD.saturating_sub(head.len()).min(chunk.len());
            head.extend_from_slice(&chunk[..wanted]);
            file.write_all(&chunk).await.map_err(Error::internal)?;
        }
        file.flush().await.map_err(Error::internal)?;
        Ok(Received {
            path,
            bytes,
            sha256: hash.finalize().to_vec(),
            head,
        })
    }

    /// Keeps a received file under the key.
    ///
    /// # Errors
    /// `unavailable` when the storage is away; the file is not kept then.
    pub async fn keep(&self, key: &str, received: Received) -> Result<()> {
        let _turn = self.transfers.acquire().await.map_err(Error::internal)?;
        let file = File::open(&received.path).await.map_err(Error::internal)?;
        self.transfer(key, file).await
    }

    async fn transfer(&self, key: &str, mut file: File) -> Result<()> {
        let upload = self.store.put_multipart(&self.key(key)).await;
        let mut parts = WriteMultipart::new_with_chunk_size(upload.map_err(away)?, PART);
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let read = file.read(&mut buffer).await.map_err(Error::internal)?;
            if read == 0 {
                break;
            }
            parts.wait_for_capacity(1).await.map_err(away)?;
            parts.write(&buffer[..read]);
        }
        parts.finish().await.map_err(away)?;
        Ok(())
    }

    /// Keeps bytes under the key.
    ///
    /// # Errors
    /// `unavailable` when the storage is away.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let put = self.store.put(&self.key(key), bytes.into()).await;
        put.map(drop).map_err(away)
    }

    /// The file under the key, as a stream.
    ///
    /// # Errors
    /// `unavailable` when the storage is away or has lost the file.
    pub async fn read(&self, key: &str) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        let found = self.store.get(&self.key(key)).await.map_err(away)?;
        Ok(found.into_stream().map_err(io::Error::other).boxed())
    }

    /// Removes the file under the key; one that is not there is as good as removed.
    ///
    /// # Errors
    /// `unavailable` when the storage is away.
    pub async fn remove(&self, key: &str) -> Result<()> {
        match self.store.delete(&self.key(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(error)),
        }
    }

    /// Part by part: joined as one, a slash would be escaped.
    fn key(&self, key: &str) -> Key {
        let within = Key::from(key);
        self.prefix.parts().chain(within.parts()).collect()
    }
}

/// When a body of which so much has arrived is given up: it stalls, or comes drop by drop.
fn last_moment(started: Instant, bytes: u64, patience: Duration) -> Instant {
    let allowed = Duration::from_millis(bytes.saturating_mul(1000) / SLOWEST);
    let stalled = Instant::now() + patience;
    stalled.min(started + patience + allowed)
}

fn away(error: object_store::Error) -> Error {
    Error::new(Code::Unavailable).because(error)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn chunks(
        chunks: &'static [&'static [u8]],
    ) -> impl Stream<Item = Result<Bytes, io::Error>> + Unpin {
        stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk))))
    }

    const PATIENCE: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_file_is_hashed_kept_read_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::in_folder(folder.path()).unwrap();
        let body = chunks(&[b"%PDF-", b"1.7"]);
        let received = storage.receive(body, 100, PATIENCE).await.unwrap();
        assert_eq!(
            (received.bytes, received.head.as_slice()),
            (8, &b"%PDF-1.7"[..])
        );
        assert_eq!(received.sha256, Sha256::digest(b"%PDF-1.7").to_vec());
        storage.keep("attachments/1", received).await.unwrap();
        assert!(folder.path().join("files/attachments/1").is_file());
        let kept: Vec<Bytes> = storage
            .read("attachments/1")
            .await
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        assert_eq!(kept.concat(), b"%PDF-1.7");
        storage.remove("attachments/1").await.unwrap();
        storage.remove("attachments/1").await.unwrap();
        assert!(storage.read("attachments/1").await.is_err());
    }

    #[tokio::test]
    async fn a_file_that_comes_drop_by_drop_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::in_folder(folder.path()).unwrap();
        let drops = stream::repeat(()).then(|()| async {
            tokio::time::sleep(PATIENCE / 5).await;
            Ok::<_, io::Error>(Bytes::from_static(b"."))
        });
        let received = storage.receive(drops.boxed(), u64::MAX, PATIENCE);
        let received = tokio::time::timeout(PATIENCE * 100, received)
            .await
            .unwrap();
        assert_eq!(received.unwrap_err().code(), Code::BodyTimeout);
    }

    #[tokio::test]
    async fn a_file_over_the_limit_or_stalled_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::in_folder(folder.path()).unwrap();
        let large = storage
            .receive(chunks(&[b"123", b"456"]), 5, PATIENCE)
            .await;
        assert_eq!(large.unwrap_err().code(), Code::BodyTooLarge);
        let stalled = stream::pending::<Result<Bytes, io::Error>>();
        let stalled = storage.receive(stalled, 5, PATIENCE).await;
        assert_eq!(stalled.unwrap_err().code(), Code::BodyTimeout);
        let left = std::fs::read_dir(folder.path().join("incoming")).unwrap();
        assert_eq!(left.count(), 0);
    }
}

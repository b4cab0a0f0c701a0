//! Many large files at a time: they must pass through the server, not fill it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::{Value, json};

use crate::portal::{Session, json as answer};
use crate::site::{Open, Site};
use crate::{Failure, Result};

const PROCEDURE: &str = "childcare-enrolment";
const FIELD: &str = "guardian1_employment_certificate";
const FILES: usize = 20;
const BYTES: usize = 50 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

/// How it went.
pub(crate) struct Uploads {
    pub(crate) files: usize,
    /// Of each.
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
    /// Bytes of memory before and at the most.
    pub(crate) memory: Option<(u64, u64)>,
}

/// Uploads in a city of their own, whose form takes files this large.
pub(crate) async fn measure(site: &Site) -> Result<Uploads> {
    let catalogue = site.folder().join("catalogue");
    copy_folder(site.catalogue(), &catalogue)?;
    let schema = catalogue.join(format!("procedures/{PROCEDURE}/v1/schema.json"));
    allow_large_files(&schema)?;
    let site = Site::prepare(&catalogue).await?;
    let open = site.open_with(&catalogue).await?;
    let uploaded = upload_all(&site, &open).await;
    open.close().await;
    uploaded
}

async fn upload_all(site: &Site, open: &Open) -> Result<Uploads> {
    let owner = site.portal().resident("hanako").await?;
    let body = json!({"procedure": PROCEDURE});
    let path = "/v1/applications";
    let draft = owner.send(Method::POST, path, None, &body, 201).await?;
    let id = draft["id"].as_str().ok_or("a draft without an id")?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = open.resident_memory();
    let memory = open.watch_memory();
    let begun = Instant::now();
    try_join_all((0..FILES).map(|number| upload(&owner, id, number))).await?;
    Ok(Uploads {
        files: FILES,
        bytes: BYTES,
        time: begun.elapsed(),
        memory: before.zip(memory.peak()),
    })
}

async fn upload(owner: &Session, application: &str, number: usize) -> Result<()> {
    let path =
        format!("/v1/applications/{application}/attachments?field=/{FIELD}&name={number}.pdf");
    let request = owner.request(Method::POST, &path);
    let kept = answer(request.body(document()).send().await?, 201).await?;
    if kept["bytes"] == BYTES {
        return Ok(());
    }
    Err(format!("a file was kept as {kept}").into())
}

/// Begins as a PDF does, and comes in pieces.
fn document() -> Body {
    let pieces = (0..BYTES / CHUNK).map(|number| {
        let mut piece = vec![b' '; CHUNK];
        if number == 0 {
            piece[..9].copy_from_slice(b"%PDF-1.7\n");
        }
        Ok::<_, Failure>(piece)
    });
    Body::wrap_stream(stream::iter(pieces))
}

/// The catalogue's own limit is smaller.
fn allow_large_files(schema: &Path) -> Result<()> {
    let mut form: Value = serde_json::from_str(&fs::read_to_string(schema)?)?;
    let rule = &mut form["properties"][FIELD]["x-attachment"];
    if rule["max_bytes"].as_u64().is_none() {
        return Err(format!("{FIELD} of {PROCEDURE} takes no files").into());
    }
    rule["max_bytes"] = json!(BYTES);
    Ok(fs::write(schema, form.to_string())?)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

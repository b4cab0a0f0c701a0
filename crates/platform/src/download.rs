//! Files on their way out: never shown in a page, never guessed at, never kept by caches.

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::http::header::{Charset, ExtendedValue, HeaderValue};

use crate::error::Result;
use crate::storage::Storage;

/// The file under the key, to be saved under the name (RFC 6266) whatever its characters.
///
/// # Errors
/// `unavailable` when the storage is away or has lost the file.
pub async fn download(storage: &Storage, key: &str, name: String) -> Result<HttpResponse> {
    let content = storage.read(key).await?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![
            DispositionParam::Filename("attachment".to_owned()),
            DispositionParam::FilenameExt(ExtendedValue {
                charset: Charset::Ext("UTF-8".to_owned()),
                language_tag: None,
                value: name.into_bytes(),
            }),
        ],
    };
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header(disposition)
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'"),
        ))
        .streaming(content))
}

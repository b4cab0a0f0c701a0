//! The program's log.

use platform::config::{Config, ConfigError};
use tracing_subscriber::EnvFilter;

pub(super) fn start(config: &Config) -> Result<(), ConfigError> {
    let filter = filter(&config.log)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if config.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}

fn filter(text: &str) -> Result<EnvFilter, ConfigError> {
    EnvFilter::try_new(text)
        .map_err(|error| ConfigError::new("MADOGUCHI_LOG", text, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_filter_that_cannot_be_read_names_its_variable() {
        for wrong in ["===", "info,portal=loud", "a=b=c"] {
            let error = filter(wrong).unwrap_err().to_string();
            assert!(error.starts_with("MADOGUCHI_LOG"), "{error}");
        }
        assert!(filter("info,actix_server=warn").is_ok());
    }
}

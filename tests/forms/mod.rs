mod catalogue;
mod finder;
mod form_drafts;
mod form_versions;
mod jsonforms;
mod publish_checks;

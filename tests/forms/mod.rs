mod catalogue;
mod finder;
mod form_drafts;
mod form_versions;
mod publish_checks;

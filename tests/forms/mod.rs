mod catalogue;
mod finder;
mod jsonforms;

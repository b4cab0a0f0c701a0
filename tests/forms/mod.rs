mod catalogue;
mod finder;

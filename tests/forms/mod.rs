mod catalogue;
mod computed;
mod disabled;
mod fidelity;
mod finder;
mod jsonforms;
mod messages;

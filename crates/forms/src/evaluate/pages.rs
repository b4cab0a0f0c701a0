//! The pages of a form: the elements of the root of its UI schema.

use platform::pointer::overlap;

use crate::definition::CompiledForm;

impl CompiledForm {
    /// Whether the form has the page, counted from 1.
    pub fn has_page(&self, page: usize) -> bool {
        (1..=self.layout.pages).contains(&page)
    }

    /// Whether a control on the page shows the answer, something around it or a part of it.
    pub fn is_on_page(&self, page: usize, pointer: &str) -> bool {
        let mut controls = self.layout.controls.iter();
        controls.any(|control| control.page() == Some(page) && overlap(&control.pointer, pointer))
    }
}

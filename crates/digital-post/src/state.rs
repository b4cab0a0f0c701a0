//! The stages of a delivery and the steps between them.

use platform::{Code, Error};

use crate::model::Route;

platform::text_enum! {
    /// How far a delivery has come; each event of its evidence names the stage it led to.
    Stage {
        /// In the resident's post, unread.
        Published = "published",
        /// The resident has opened it.
        Opened = "opened",
        /// The resident has saved a file that came with it.
        Downloaded = "downloaded",
        /// Waits for a clerk to print it.
        PaperQueued = "paper_queued",
        /// Printed and handed over.
        PaperHandedOver = "paper_handed_over",
    }
}

platform::text_enum! {
    /// What can be done with a delivery.
    Event {
        /// The resident opens it.
        Open = "open",
        /// The resident saves an enclosed file.
        Download = "download",
        /// A clerk hands the paper over.
        HandOver = "hand_over",
    }
}

/// A step that the stage does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IllegalTransition(Stage);

impl Stage {
    /// Where a delivery begins.
    pub(crate) const fn first(route: Route) -> Self {
        match route {
            Route::Digital => Self::Published,
            Route::Paper => Self::PaperQueued,
        }
    }

    /// The stage after the event. Opening or downloading again leads nowhere new.
    pub(crate) const fn apply(self, event: Event) -> Result<Self, IllegalTransition> {
        match (self, event) {
            (Self::Published | Self::Opened, Event::Open) => Ok(Self::Opened),
            (Self::Opened | Self::Downloaded, Event::Download) => Ok(Self::Downloaded),
            (Self::Downloaded, Event::Open) => Ok(Self::Downloaded),
            (Self::PaperQueued, Event::HandOver) => Ok(Self::PaperHandedOver),
            _ => Err(IllegalTransition(self)),
        }
    }

    fn allowed_events(self) -> impl Iterator<Item = Event> {
        let events = Event::ALL.iter().copied();
        events.filter(move |event| self.apply(*event).is_ok())
    }
}

impl From<IllegalTransition> for Error {
    fn from(IllegalTransition(stage): IllegalTransition) -> Self {
        let allowed = stage.allowed_events().map(Event::as_str);
        Self::new(Code::IllegalTransition).allowed_events(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_answers_every_event_as_in_the_table() {
        let table = [
            (Stage::Published, [(Event::Open, Stage::Opened)].as_slice()),
            (
                Stage::Opened,
                &[
                    (Event::Open, Stage::Opened),
                    (Event::Download, Stage::Downloaded),
                ],
            ),
            (
                Stage::Downloaded,
                &[
                    (Event::Open, Stage::Downloaded),
                    (Event::Download, Stage::Downloaded),
                ],
            ),
            (
                Stage::PaperQueued,
                &[(Event::HandOver, Stage::PaperHandedOver)],
            ),
            (Stage::PaperHandedOver, &[]),
        ];
        assert_eq!(table.map(|(stage, _)| stage), Stage::ALL);
        for (stage, steps) in table {
            let taken = Event::ALL.iter().filter_map(|event| {
                let next = stage.apply(*event).ok()?;
                Some((*event, next))
            });
            assert_eq!(taken.collect::<Vec<_>>(), steps, "{stage:?}");
        }
    }

    #[test]
    fn paper_once_handed_over_allows_nothing_more() {
        assert_eq!(Stage::PaperHandedOver.allowed_events().count(), 0);
        let error = Error::from(Stage::PaperHandedOver.apply(Event::HandOver).unwrap_err());
        assert_eq!(error.code(), Code::IllegalTransition);
    }

    #[test]
    fn paper_waiting_for_its_clerk_cannot_be_opened() {
        let allowed: Vec<_> = Stage::first(Route::Paper).allowed_events().collect();
        assert_eq!(allowed, [Event::HandOver]);
    }
}

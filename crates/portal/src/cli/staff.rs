//! `madoguchi staff`

use auth::local::invite_imported;
use clap::Subcommand;
use jobs::mail::MailAddress;
use platform::{Code, Error};

use super::say;
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Invite somebody of the staff file to an account of the portal's own, or reset the account they have.
    Invite {
        /// Their subject in the staff file, under the issuer urn:madoguchi:local.
        login_name: String,
        /// Where the invitation goes.
        #[arg(value_parser = address)]
        email: MailAddress,
    },
}

fn address(text: &str) -> Result<MailAddress, &'static str> {
    text.parse().map_err(|_| "not a bare ASCII address")
}

pub(crate) async fn run(services: &Services, command: StaffCommand) -> Result<(), StartError> {
    let StaffCommand::Invite { login_name, email } = command;
    if !services.staff_realm.local_accounts {
        return Err(Error::new(Code::LocalAccountsClosed).into());
    }
    if services.mailer.is_none() {
        return Err(Error::new(Code::MailClosed).into());
    }
    let (keys, randomness) = (&services.keys, &services.randomness);
    let now = services.clock.now();
    let mut conn = services.database.connection().await?;
    if invite_imported(&mut conn, keys, randomness, &login_name, &email, now).await? {
        say(format_args!("{login_name} is invited"))
    } else {
        Err(Error::new(Code::NotFound)
            .because("the staff file has brought in nobody of that name")
            .into())
    }
}

//! The kinds of operations that are limited together, and how often each may be asked for.

/// So many requests in so many seconds: all of them at once, and then one after the other as the seconds pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many.
    pub requests: u32,
    /// In how many seconds.
    pub seconds: u32,
}

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident $label:literal in $seconds:literal: $address:literal $(, $account:literal)?;)+) => {
        /// A kind of operations that are limited together.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Class { $($(#[$doc])* $name,)+ }

        impl Class {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Class] = &[$(Class::$name),+];

            /// The name in metrics and documentation.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// How often one client address may ask, whoever is behind it.
            pub const fn per_address(self) -> Allowance {
                match self { $(Self::$name => Allowance { requests: $address, seconds: $seconds },)+ }
            }

            /// How often one logged-in person may ask, from wherever; none where nobody is logged in.
            pub const fn per_account(self) -> Option<Allowance> {
                let (requests, seconds) = match self { $(Self::$name => (0 $(+ $account)?, $seconds),)+ };
                if requests == 0 {
                    return None;
                }
                Some(Allowance { requests, seconds })
            }
        }
    };
}

// An office or a mobile network has one address for hundreds of people: those limits are wide.
classes! {
    /// Logging in: to the identity provider and back, by mailed code, or by password and second factor; taking up an invitation.
    SignIn  "sign_in" in 60: 120;
    /// Staying logged in, and logging out.
    Session "session" in 60: 300;
    /// What a code opens instead of a login: letters and surveys.
    ByCode  "by_code" in 60: 60;
    /// Changing and proving a mail address; having a code mailed to log in with.
    Email   "email"   in 600: 120, 20;
    /// Adding a file.
    Upload  "upload"  in 600: 600, 100;
    /// Filing, and answering a correction.
    Submit  "submit"  in 600: 600, 60;
    /// Any other reading.
    Read    "read"    in 60: 6_000, 600;
    /// Any other writing.
    Write   "write"   in 60: 1_200, 240;
    /// What is no operation at all.
    Unknown "unknown" in 60: 600;
}

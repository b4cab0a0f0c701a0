//! The levels of DS-511: small numbers, refused outside their range wherever they come from.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::SmallInt;
use serde::{Deserialize, Serialize};

macro_rules! level {
    ($(#[$doc:meta])* $name:ident: $lowest:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
            AsExpression, FromSqlRow,
        )]
        #[serde(try_from = "u8", into = "u8")]
        #[diesel(sql_type = SmallInt)]
        pub struct $name(u8);

        impl $name {
            /// What is said of a login of which nothing is known.
            pub const LOWEST: Self = Self($lowest);
            /// What is asked of whoever acts for others, or is to be found in the register.
            pub(crate) const TWO: Self = Self(2);

            /// Every level, from the lowest.
            pub fn all() -> impl Iterator<Item = Self> {
                ($lowest..=3).map(Self)
            }
        }

        impl TryFrom<u8> for $name {
            type Error = String;

            fn try_from(level: u8) -> Result<Self, Self::Error> {
                Self::all()
                    .find(|known| known.0 == level)
                    .ok_or_else(|| format!("{level} is no level from {} to 3", $lowest))
            }
        }

        impl From<$name> for u8 {
            fn from(level: $name) -> Self {
                level.0
            }
        }

        impl ToSql<SmallInt, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                std::io::Write::write_all(out, &i16::from(self.0).to_be_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<SmallInt, Pg> for $name {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                let level = <i16 as FromSql<SmallInt, Pg>>::from_sql(bytes)?;
                Ok(Self::try_from(u8::try_from(level)?)?)
            }
        }
    };
}

level! {
    /// 身元確認保証レベル (identity assurance level): how well it was proved who the person is. 0 is not at all.
    Ial: 0
}
level! {
    /// 当人認証保証レベル (authenticator assurance level): how well it was proved that it is that person again.
    Aal: 1
}

impl Aal {
    /// A password and a second factor.
    pub(crate) const TWO_FACTORS: Self = Self(2);
}

//! The ways an application reaches the city.

platform::text_enum! {
    /// Whether an application counts as digital.
    Class {
        /// The application itself came in electronically.
        Digital = "digital",
        /// It came in on paper, by telephone or by fax.
        Offline = "offline",
    }
}

platform::text_enum! {
    /// The way an application reached the city.
    Channel {
        /// Portal, by the resident.
        PortalSelf = "portal_self",
        /// Portal, by a representative (代理人).
        PortalProxy = "portal_proxy",
        /// Portal, with staff helping the resident submit their own form (窓口支援).
        PortalAssisted = "portal_assisted",
        /// マイナポータル.
        ExtMynaportal = "ext_mynaportal",
        /// 東京共同電子申請・届出サービス.
        ExtTokyoShared = "ext_tokyo_shared",
        /// eLTAX.
        ExtEltax = "ext_eltax",
        /// Another digital service outside of the portal.
        ExtOther = "ext_other",
        /// Paper at the counter.
        Counter = "counter",
        /// Paper by post.
        Postal = "postal",
        /// Telephone or fax.
        PhoneFax = "phone_fax",
        /// Paper that staff keyed into the portal (代行入力).
        ClerkTranscribed = "clerk_transcribed",
    }
}

impl Channel {
    /// Digital only where the applicant's own act is: a clerk keying paper is not.
    pub const fn class(self) -> Class {
        match self {
            Self::PortalSelf
            | Self::PortalProxy
            | Self::PortalAssisted
            | Self::ExtMynaportal
            | Self::ExtTokyoShared
            | Self::ExtEltax
            | Self::ExtOther => Class::Digital,
            Self::Counter | Self::Postal | Self::PhoneFax | Self::ClerkTranscribed => {
                Class::Offline
            }
        }
    }

    /// Whether the portal counts it application by application; all others are reported as counts.
    pub const fn is_counted_by_portal(self) -> bool {
        matches!(
            self,
            Self::PortalSelf | Self::PortalProxy | Self::PortalAssisted | Self::ClerkTranscribed
        )
    }

    /// The class when assisted applications are taken as the given one.
    pub(crate) fn class_with(self, assisted: Class) -> Class {
        match self {
            Self::PortalAssisted => assisted,
            other => other.class(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_keyed_by_a_clerk_is_offline_and_yet_counted_by_the_portal() {
        assert_eq!(Channel::ClerkTranscribed.class(), Class::Offline);
        assert!(Channel::ClerkTranscribed.is_counted_by_portal());
    }

    #[test]
    fn only_assisted_applications_change_class_with_the_view() {
        let moved: Vec<_> = Channel::ALL
            .iter()
            .filter(|channel| channel.class_with(Class::Offline) != channel.class())
            .collect();
        assert_eq!(moved, [&Channel::PortalAssisted]);
    }
}

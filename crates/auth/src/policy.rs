//! Who may do what: one row for each route that is served. What is not here is closed.

mod classes;

use actix_web::http::Method;
use platform::telemetry::Listener;

use crate::person::Role;
use crate::scope::Reach;

pub use classes::class;

/// Who may use an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, without a token.
    Anyone,
    /// A logged-in resident, for what is their own.
    Resident,
    /// Staff with one of the roles, within the departments where they hold it for all procedures.
    Staff(&'static [Role]),
    /// The same, and whoever holds it for some procedures: the operation asks of each thing whether it is within
    /// ([`Scope::covers`](crate::Scope::covers)).
    StaffByProcedure(&'static [Role]),
}

impl Access {
    /// The roles that admit staff; `None` where nobody of the staff is asked for.
    #[must_use]
    pub fn roles(self) -> Option<&'static [Role]> {
        match self {
            Self::Anyone | Self::Resident => None,
            Self::Staff(roles) | Self::StaffByProcedure(roles) => Some(roles),
        }
    }

    /// Whether a posting admits to the operation.
    pub(crate) fn admits(self, role: Role, reach: &Reach) -> bool {
        let takes_limited = matches!(self, Self::StaffByProcedure(_));
        let fits = self.roles().is_some_and(|roles| roles.contains(&role));
        fits && (takes_limited || !reach.is_limited())
    }
}

/// One operation.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The listener it is served on.
    pub listener: Listener,
    /// HTTP method.
    pub method: &'static str,
    /// The route's pattern.
    pub pattern: &'static str,
    /// `operationId` in the OpenAPI document.
    pub operation: &'static str,
    /// Who may use it.
    pub access: Access,
}

use Access::{Anyone, Resident, Staff, StaffByProcedure};
use Listener::{Resident as R, Staff as S};
use Role::{Administrator, Analyst, Approver, Registrar, Reviewer};

const CLERKS: Access = StaffByProcedure(&[Reviewer, Approver]);
const REVIEWERS: Access = StaffByProcedure(&[Reviewer]);
const APPROVERS: Access = StaffByProcedure(&[Approver]);
const DISPATCHERS: Access = Staff(&[Reviewer, Approver]);
const COUNTERS: Access = StaffByProcedure(&[Reviewer, Approver, Administrator]);
const FIGURE_READERS: Access = StaffByProcedure(&[Reviewer, Approver, Analyst, Administrator]);
const STATISTICIANS: Access = Staff(&[Analyst, Administrator]);
const EDITORS: Access = StaffByProcedure(&[Administrator]);
const APPOINTERS: Access = StaffByProcedure(&[Administrator]);
const ADMINISTRATORS: Access = Staff(&[Administrator]);
const REGISTRARS: Access = Staff(&[Registrar]);
const ALL_STAFF: Access =
    StaffByProcedure(&[Reviewer, Approver, Analyst, Administrator, Registrar]);

macro_rules! rules {
    ($($listener:ident $method:ident $pattern:literal $operation:ident $access:expr;)+) => {
        /// The table.
        pub const RULES: &[Rule] = &[$(Rule {
            listener: $listener,
            method: stringify!($method),
            pattern: $pattern,
            operation: stringify!($operation),
            access: $access,
        }),+];
    };
}

rules! {
    R GET    "/.well-known/jwks.json"               listTokenKeys        Anyone;
    R GET    "/.well-known/evidence-keys.json"      listEvidenceKeys     Anyone;
    R GET    "/v1/auth/providers"                   listProviders        Anyone;
    R GET    "/v1/auth/login"                       startLogin           Anyone;
    R GET    "/v1/auth/callback"                    finishLogin          Anyone;
    R POST   "/v1/auth/refresh"                     refreshToken         Anyone;
    R POST   "/v1/auth/logout"                      logout               Anyone;
    R POST   "/v1/auth/email-code"                  requestLoginCode     Anyone;
    R POST   "/v1/auth/email-code/login"            logInByCode          Anyone;
    R GET    "/v1/me"                               getMe                Resident;
    R GET    "/v1/me/sessions"                      listSessions         Resident;
    R DELETE "/v1/me/sessions/{id}"                 endSession           Resident;
    R PUT    "/v1/me/email"                         setEmail             Resident;
    R DELETE "/v1/me/email"                         removeEmail          Resident;
    R POST   "/v1/me/email/verify"                  verifyEmail          Resident;
    R POST   "/v1/mandates"                         claimMandate         Resident;
    R GET    "/v1/mandates"                         listMandates         Resident;
    R POST   "/v1/mandates/offers"                  offerMandate         Resident;
    R POST   "/v1/mandates/accept"                  acceptMandate        Resident;
    R GET    "/v1/mandates/{id}"                    getMandate           Resident;
    R POST   "/v1/mandates/{id}/end"                endMandate           Resident;
    R POST   "/v1/me/registration"                  requestRegistration  Resident;
    R GET    "/v1/me/registration"                  getOwnRegistration   Resident;
    R DELETE "/v1/me/registration"                  endOwnRegistration   Resident;
    R GET    "/v1/procedures"                       listProcedures       Anyone;
    R GET    "/v1/procedures/{code}"                getProcedure         Anyone;
    R GET    "/v1/procedures/{code}/form"           getCurrentForm       Anyone;
    R GET    "/v1/form-versions/{id}"               getFormVersion       Anyone;
    R GET    "/v1/finder"                           findByKeywords       Anyone;
    R POST   "/v1/finder"                           findByNeed           Anyone;
    R GET    "/v1/life-events"                      listLifeEvents       Anyone;
    R GET    "/v1/life-events/{code}"               getLifeEvent         Anyone;
    R POST   "/v1/life-events/{code}/assess"        assessLifeEvent      Anyone;
    R POST   "/v1/intakes"                          openIntake           Resident;
    R POST   "/v1/applications"                     createDraft          Resident;
    R GET    "/v1/applications"                     listOwnApplications  Resident;
    R GET    "/v1/applications/{id}"                getOwnApplication    Resident;
    R DELETE "/v1/applications/{id}"                discardDraft         Resident;
    R PATCH  "/v1/applications/{id}/answers"        saveAnswers          Resident;
    R POST   "/v1/applications/{id}/validate"       validateAnswers      Resident;
    R POST   "/v1/applications/{id}/move-to-current-form" moveToCurrentForm Resident;
    R POST   "/v1/applications/{id}/submit"         submitApplication    Resident;
    R POST   "/v1/applications/{id}/withdraw"       withdrawApplication  Resident;
    R GET    "/v1/applications/{id}/receipt"        getReceipt           Resident;
    R GET    "/v1/applications/{id}/events"         listOwnEvents        Resident;
    R GET    "/v1/applications/{id}/export"         exportApplication    Resident;
    R GET    "/v1/applications/{id}/earlier-answers" listEarlierAnswers  Resident;
    R POST   "/v1/applications/{id}/reuse"          reuseAnswers         Resident;
    R POST   "/v1/applications/{id}/attachments"    addAttachment        Resident;
    R GET    "/v1/applications/{id}/attachments/{attachment}" downloadOwnAttachment Resident;
    R DELETE "/v1/applications/{id}/attachments/{attachment}" removeAttachment Resident;
    R PATCH  "/v1/applications/{id}/correction"     saveCorrection       Resident;
    R POST   "/v1/applications/{id}/respond-correction" respondCorrection Resident;
    R POST   "/v1/applications/{id}/survey"         offerSurvey          Resident;
    R GET    "/v1/post/messages"                    listMessages         Resident;
    R GET    "/v1/post/messages/{id}"               getMessage           Resident;
    R POST   "/v1/post/messages/{id}/open"          openMessage          Resident;
    R GET    "/v1/post/messages/{id}/enclosures/{number}" downloadEnclosure Resident;
    R GET    "/v1/post/unread-count"                countUnread          Resident;
    R GET    "/v1/letters/{code}"                   verifyLetter         Anyone;
    R GET    "/v1/survey/questions"                 getSurvey            Anyone;
    R POST   "/v1/survey/answers"                   answerSurvey         Anyone;

    S GET    "/.well-known/jwks.json"               listTokenKeys        Anyone;
    S GET    "/.well-known/evidence-keys.json"      listEvidenceKeys     Anyone;
    S GET    "/v1/auth/providers"                   listProviders        Anyone;
    S GET    "/v1/auth/login"                       startLogin           Anyone;
    S GET    "/v1/auth/callback"                    finishLogin          Anyone;
    S POST   "/v1/auth/refresh"                     refreshToken         Anyone;
    S POST   "/v1/auth/logout"                      logout               Anyone;
    S POST   "/v1/auth/local/password"              checkPassword        Anyone;
    S POST   "/v1/auth/local/second-factor"         checkSecondFactor    Anyone;
    S POST   "/v1/auth/local/enrolments"            beginEnrolment       Anyone;
    S POST   "/v1/auth/local/enrolments/confirm"    confirmEnrolment     Anyone;
    S GET    "/v1/staff-accounts"                   listStaffAccounts    APPOINTERS;
    S POST   "/v1/staff-accounts"                   inviteStaff          APPOINTERS;
    S PUT    "/v1/staff-accounts/{id}/postings"     setStaffAccountPostings APPOINTERS;
    S POST   "/v1/staff-accounts/{id}/reset"        resetStaffAccount    APPOINTERS;
    S POST   "/v1/staff-accounts/{id}/disable"      disableStaffAccount  APPOINTERS;
    S POST   "/v1/staff-accounts/{id}/enable"       enableStaffAccount   APPOINTERS;
    S GET    "/v1/me"                               getMe                ALL_STAFF;
    S GET    "/v1/me/sessions"                      listSessions         ALL_STAFF;
    S DELETE "/v1/me/sessions/{id}"                 endSession           ALL_STAFF;
    S GET    "/v1/reorganisations"                  listReorganisations  ADMINISTRATORS;
    S POST   "/v1/reorganisations"                  planReorganisation   ADMINISTRATORS;
    S DELETE "/v1/reorganisations/{id}"             cancelReorganisation ADMINISTRATORS;
    S GET    "/v1/mandates"                         listClaimedMandates  REGISTRARS;
    S GET    "/v1/mandates/{id}"                    getClaimedMandate    REGISTRARS;
    S POST   "/v1/mandates/{id}/verify"             verifyMandate        REGISTRARS;
    S POST   "/v1/mandates/{id}/refuse"             refuseMandate        REGISTRARS;
    S POST   "/v1/mandates/{id}/end"                endClaimedMandate    REGISTRARS;
    S GET    "/v1/registrations"                    listRegistrations    REGISTRARS;
    S GET    "/v1/registrations/{id}"               getRegistration      REGISTRARS;
    S POST   "/v1/registrations/{id}/link"          linkRegistration     REGISTRARS;
    S POST   "/v1/registrations/{id}/refuse"        refuseRegistration   REGISTRARS;
    S POST   "/v1/registrations/{id}/end"           endRegistration      REGISTRARS;
    S POST   "/v1/registrations/{id}/find-mistaken" findRegistrationMistaken REGISTRARS;
    S GET    "/v1/relinks"                          listRelinks          REGISTRARS;
    S POST   "/v1/relinks"                          proposeRelink        REGISTRARS;
    S GET    "/v1/relinks/{id}"                     getRelink            REGISTRARS;
    S POST   "/v1/relinks/{id}/approve"             approveRelink        REGISTRARS;
    S POST   "/v1/relinks/{id}/refuse"              refuseRelink         REGISTRARS;
    S GET    "/v1/procedures"                       listProcedures       Anyone;
    S GET    "/v1/procedures/{code}"                getProcedure         Anyone;
    S GET    "/v1/procedures/{code}/form"           getCurrentForm       Anyone;
    S GET    "/v1/form-versions/{id}"               getFormVersion       Anyone;
    S POST   "/v1/procedures"                       createProcedure      ADMINISTRATORS;
    S GET    "/v1/procedures/{code}/description"    getProcedureDescription EDITORS;
    S PUT    "/v1/procedures/{code}/description"    describeProcedure    EDITORS;
    S GET    "/v1/procedures/{code}/form-versions"  listFormVersions     EDITORS;
    S GET    "/v1/form-versions/{id}/files"         exportFormVersion    EDITORS;
    S GET    "/v1/form-versions/{id}/comparison"    compareFormVersions  EDITORS;
    S POST   "/v1/form-versions/{id}/retire"        retireFormVersion    EDITORS;
    S POST   "/v1/procedures/{code}/draft"          beginFormDraft       EDITORS;
    S GET    "/v1/procedures/{code}/draft"          getFormDraft         EDITORS;
    S PATCH  "/v1/procedures/{code}/draft"          saveFormDraft        EDITORS;
    S DELETE "/v1/procedures/{code}/draft"          discardFormDraft     EDITORS;
    S POST   "/v1/procedures/{code}/draft/validate" validateFormDraft    EDITORS;
    S POST   "/v1/procedures/{code}/draft/preview"  previewFormDraft     EDITORS;
    S GET    "/v1/procedures/{code}/draft/comparison" compareFormDraft   EDITORS;
    S POST   "/v1/procedures/{code}/draft/publish"  publishFormDraft     EDITORS;
    S POST   "/v1/procedures/{code}/draft/import"   importFormDraft      EDITORS;
    S GET    "/v1/finder"                           findByKeywords       Anyone;
    S POST   "/v1/finder"                           findByNeed           Anyone;
    S GET    "/v1/life-events"                      listLifeEvents       Anyone;
    S GET    "/v1/life-events/{code}"               getLifeEvent         Anyone;
    S POST   "/v1/life-events/{code}/assess"        assessLifeEvent      Anyone;
    S GET    "/v1/applications"                     listQueue            CLERKS;
    S GET    "/v1/applications/{id}"                getApplication       CLERKS;
    S GET    "/v1/applications/{id}/events"         listEvents           CLERKS;
    S GET    "/v1/applications/{id}/attachments/{attachment}" downloadAttachment CLERKS;
    S POST   "/v1/applications/{id}/request-correction" requestCorrection REVIEWERS;
    S POST   "/v1/applications/{id}/close-correction" closeCorrection    REVIEWERS;
    S POST   "/v1/applications/{id}/take-up"        takeUp               REVIEWERS;
    S POST   "/v1/applications/{id}/propose"        propose              REVIEWERS;
    S POST   "/v1/applications/{id}/take-back"      takeBack             REVIEWERS;
    S POST   "/v1/applications/{id}/complete"       completeNotification REVIEWERS;
    S POST   "/v1/applications/{id}/extend"         extendLimit          REVIEWERS;
    S POST   "/v1/applications/{id}/approve"        approve              APPROVERS;
    S POST   "/v1/applications/{id}/send-back"      sendBack             APPROVERS;
    S GET    "/v1/paper-tasks"                      listPaperTasks       DISPATCHERS;
    S GET    "/v1/paper-tasks/{id}"                 getPaperTask         DISPATCHERS;
    S GET    "/v1/paper-tasks/{id}/enclosures/{number}" downloadPaperEnclosure DISPATCHERS;
    S POST   "/v1/paper-tasks/{id}/hand-over"       handOverPaper        DISPATCHERS;
    S POST   "/v1/offline-counts"                   recordOfflineCount   COUNTERS;
    S GET    "/v1/offline-counts"                   listOfflineCounts    FIGURE_READERS;
    S GET    "/v1/stats/kpis"                       listKpis             STATISTICIANS;
    S GET    "/v1/stats/kpis/{kpi}/observations"    listObservations     STATISTICIANS;
}

/// What residents may also do for somebody they act for, whom the header `On-Behalf-Of` names by the mandate.
pub const ON_BEHALF: &[&str] = &[
    "openIntake",
    "createDraft",
    "listOwnApplications",
    "getOwnApplication",
    "discardDraft",
    "moveToCurrentForm",
    "saveAnswers",
    "validateAnswers",
    "submitApplication",
    "withdrawApplication",
    "getReceipt",
    "listOwnEvents",
    "exportApplication",
    "listEarlierAnswers",
    "reuseAnswers",
    "addAttachment",
    "downloadOwnAttachment",
    "removeAttachment",
    "saveCorrection",
    "respondCorrection",
    "offerSurvey",
    "listMessages",
    "getMessage",
    "openMessage",
    "downloadEnclosure",
    "countUnread",
];

/// The row of a route, if it is served.
pub fn rule(listener: Listener, method: &Method, pattern: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| {
        rule.listener == listener && rule.method == method.as_str() && rule.pattern == pattern
    })
}

/// The methods a path answers to on a listener; empty for an unknown path.
pub fn allowed_methods(listener: Listener, path: &str) -> Vec<&'static str> {
    RULES
        .iter()
        .filter(|rule| rule.listener == listener && matches(rule.pattern, path))
        .map(|rule| rule.method)
        .collect()
}

/// Whether the path has the pattern's form: `{name}` stands for one segment.
fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    pattern.split('/').all(|wanted| {
        segments.next().is_some_and(|segment| {
            segment == wanted || (wanted.starts_with('{') && !segment.is_empty())
        })
    }) && segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_answers_to_the_methods_of_all_its_rows() {
        assert_eq!(
            allowed_methods(R, "/v1/applications/0192f0c1"),
            ["GET", "DELETE"]
        );
        assert!(allowed_methods(R, "/v1/applications/0192f0c1/approve").is_empty());
        assert!(allowed_methods(R, "/v1/applications/").is_empty());
        assert!(allowed_methods(S, "/v1/stats/kpis/x/observations/y").is_empty());
    }

    #[test]
    fn no_route_has_two_rows() {
        for (index, rule) in RULES.iter().enumerate() {
            let twin = RULES[index + 1..].iter().find(|other| {
                (other.listener, other.method, other.pattern)
                    == (rule.listener, rule.method, rule.pattern)
            });
            assert!(twin.is_none(), "{rule:?}");
        }
    }

    #[test]
    fn a_limited_posting_admits_where_the_row_says_so_and_with_a_fitting_role_alone() {
        let whole = Reach::whole(None);
        let limited = Reach {
            procedures: Some(vec![uuid::Uuid::from_u128(1)]),
            ..whole.clone()
        };
        let [closed, open] = [Staff(&[Reviewer]), StaffByProcedure(&[Reviewer])];
        assert!(closed.admits(Reviewer, &whole) && open.admits(Reviewer, &whole));
        assert!(!closed.admits(Reviewer, &limited) && open.admits(Reviewer, &limited));
        assert!(!open.admits(Approver, &limited) && !open.admits(Approver, &whole));
        assert!(!Anyone.admits(Reviewer, &whole) && !Resident.admits(Reviewer, &whole));
    }

    #[test]
    fn residents_and_staff_never_share_a_listener() {
        for rule in RULES {
            let fits = match rule.access {
                Anyone => true,
                Resident => rule.listener == R,
                Staff(roles) | StaffByProcedure(roles) => rule.listener == S && !roles.is_empty(),
            };
            assert!(fits, "{rule:?}");
        }
    }
}

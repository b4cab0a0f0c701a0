//! Ids, roles and the departments a role reaches.

platform::id!(
    /// A resident of the portal; not the city's 宛名番号.
    ResidentId
);
platform::id!(
    /// A member of staff.
    StaffId
);
platform::id!(
    /// A department (課).
    DepartmentId
);

platform::text_enum! {
    /// What a member of staff may do, in a department or in the whole city.
    Role {
        /// 審査担当
        Reviewer = "reviewer",
        /// 決裁者
        Approver = "approver",
        /// 統計担当
        Analyst = "analyst",
        /// 管理者
        Administrator = "administrator",
        /// 利用登録担当
        Registrar = "registrar",
    }
}

/// The departments an actor reaches with the roles that the operation asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    City,
    /// These.
    Departments(Vec<DepartmentId>),
}

impl Scope {
    /// Whether the department is within.
    pub fn covers(&self, department: DepartmentId) -> bool {
        self.departments()
            .is_none_or(|departments| departments.contains(&department))
    }

    /// The departments, or `None` for the whole city.
    pub fn departments(&self) -> Option<&[DepartmentId]> {
        match self {
            Self::City => None,
            Self::Departments(departments) => Some(departments),
        }
    }
}

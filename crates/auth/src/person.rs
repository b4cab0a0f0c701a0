//! Ids and roles.

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

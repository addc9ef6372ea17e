// What there is room for in a lead: both contracts, the forms, and what an import brings go by the same.

/** 标签. */
export const mostTags = 10;
export const longestTag = 20;
/** 其他联系人. */
export const mostContacts = 20;

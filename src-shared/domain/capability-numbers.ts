/**
 * 能力号: a number of the 融合通信 platform by which people of the company call. It is bound to the phone at which the person
 * is reached (主叫接听号码), and to an employee, or to a department whose people share it.
 */
export const numberUsages = ['outbound', 'inbound', 'both'] as const;
export type NumberUsage = (typeof numberUsages)[number];
